import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/client.ts';

/** Takes the token of an explorer that wants one; the server gives a session for it, and the page asks again. */
export function SignIn() {
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState(false);
  const queries = useQueryClient();
  const signIn = async () => {
    const response = await api.session.$post({ json: { token } }).catch(() => undefined);
    setWrong(response?.ok !== true);
    if (response?.ok) await queries.resetQueries();
  };
  return (
    <form
      className="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}
    >
      <label className="field">
        Token (ML_OTEL_TOKEN)
        <input
          className="input"
          type="password"
          autoComplete="current-password"
          required
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </label>
      <button type="submit" className="button" data-kind="primary">
        Sign in
      </button>
      <span role="alert" className="time-error">
        {wrong && 'This is not the token.'}
      </span>
    </form>
  );
}
