import { type DeclaredPorts, portVariables } from '../../scripts/choose-ports.ts';
import { freePorts } from '../../scripts/free-port.ts';

/** Environment variables that put processes on ports which nobody listens on now. */
export async function onFreePorts(declared: DeclaredPorts): Promise<Record<string, string>> {
  const names = portVariables(declared);
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, String(ports[index])]));
}
