/** A fenced block: ```` ```LANGUAGE run=NAME ````. */
export type CodeBlock = {
  readonly language: string;
  readonly code: string;
  /** How it is to be run; empty for `run` alone, undefined where the block is only shown. */
  readonly run: string | undefined;
  /** Line of its fence, from 1. */
  readonly line: number;
};

const FENCE = /^```([a-z]*)((?: [\w=-]+)*)\n(.*?)^```$/gms;

export function codeBlocks(text: string): CodeBlock[] {
  return [...text.matchAll(FENCE)].map(({ 1: language, 2: info, 3: code, index }) => ({
    language: language!,
    code: code!,
    run: /(?:^| )run(?:=([\w-]+))?(?: |$)/
      .exec(info!)
      ?.slice(1)
      .map((name) => name ?? '')[0],
    line: text.slice(0, index).split('\n').length,
  }));
}

/** What stands between single backticks outside of fenced blocks. */
export function inlineCode(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
}

/** Targets of links into this repository. */
export function links(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors of the headings, as GitHub makes them. */
export function slugs(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutBlocks(text: string): string {
  return text.replaceAll(FENCE, '');
}
