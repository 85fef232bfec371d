import * as ast from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';

const CONFIG = JSON.stringify({
  compilerOptions: { noLib: true, types: [], noResolve: true, noEmit: true },
  include: ['**/*.ts'],
});

export type Found = { path: string; expression: RegExp };

/** The regular expressions that are written in these files, as the compiler's parser finds them. */
export function regularExpressionsIn(files: Readonly<Record<string, string>>): Found[] {
  const rooted = Object.entries(files).map(([path, text]) => [`/tree/${path}`, text]);
  const fs = createVirtualFileSystem({ ...Object.fromEntries(rooted), '/tree/tsconfig.json': CONFIG });
  const api = new API({ cwd: '/tree', fs });
  try {
    const project = api.updateSnapshot({ openProjects: ['/tree/tsconfig.json'] }).getProjects()[0];
    return Object.keys(files).flatMap((path) => {
      const found: Found[] = [];
      const walk = (node: ast.Node): void => {
        if (ast.isRegularExpressionLiteral(node)) found.push({ path, expression: parse(node.text) });
        node.forEachChild(walk);
      };
      project?.program.getSourceFile(`/tree/${path}`)?.forEachChild(walk);
      return found;
    });
  } finally {
    api.close();
  }
}

function parse(literal: string): RegExp {
  const end = literal.lastIndexOf('/');
  return new RegExp(literal.slice(1, end), literal.slice(end + 1));
}

const CHARS = 2_000;
const FACTOR = 4;
/** A quadratic step takes 16 times as long, a linear one four times; what is slower than this is looked at more closely. */
const MAX_GROWTH = 10;
const WORTH_A_LOOK_MS = 0.3;
/** In steps so small that what doubles with each character is seen before it never ends. */
const SHORT_CHARS = [8, 16, 24, 32, 40, 48, 56, 64, 96, 128, 256];
const SHORT_MS = 1;

/** The text for which the time grows faster than its length, or undefined. Its own time of the processor counts, not the clock. */
export function superlinearText(matches: (text: string) => unknown, source: string): string | undefined {
  for (const make of hostileTexts(source)) {
    const time = (chars: number, tries: number) => leastMilliseconds(matches, make(chars), tries);
    // So short a text is no work for anything linear; asked before a longer one, which might never end.
    if (SHORT_CHARS.some((chars) => time(chars, 1) > SHORT_MS && time(chars, 5) > SHORT_MS)) return make(20);
    if (time(CHARS, 1) < WORTH_A_LOOK_MS) continue;
    const growth = () => time(CHARS * FACTOR, 5) / time(CHARS, 5);
    if (growth() > MAX_GROWTH && growth() > MAX_GROWTH) return make(20);
  }
  return undefined;
}

function leastMilliseconds(matches: (text: string) => unknown, text: string, tries: number): number {
  const times = Array.from({ length: tries }, () => {
    const before = process.threadCpuUsage();
    matches(text);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

/** What a class of characters stands for, and what is in no class. */
const SAMPLES: Readonly<Record<string, string>> = {
  '\\d': '0',
  '\\w': 'a_',
  '\\s': ' \t',
  '\\S': 'x',
  '\\n': '\n',
  '.': 'x',
};

/** Texts of many repetitions of what the expression is about, after its own beginning, with an end that fails. */
function hostileTexts(source: string): ((chars: number) => string)[] {
  const classes = Object.entries(SAMPLES).flatMap(([name, chars]) => (source.includes(name) ? [...chars] : []));
  const literals = [...source.replace(/\\[a-z]/gi, '').replace(/[\^$()[\]{}|?*+\\]/g, '')];
  const chars = [...new Set([...classes, ...literals.slice(0, 12), ' ', '0', 'a', '.', '/'])];
  const pumps = chars.flatMap((first) => [first, ...chars.map((second) => first + second)]);
  const beginning = /^\^?([\w -]*)/.exec(source)?.[1] ?? '';
  return ['', beginning].flatMap((prefix) =>
    pumps.flatMap((pump) =>
      ['', '!', '\u0000'].map((end) => (length: number) => prefix + pump.repeat(length / pump.length) + end),
    ),
  );
}
