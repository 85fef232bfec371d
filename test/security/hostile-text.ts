import fc from 'fast-check';

/** Text that has broken somebody's program: of SQL, shells, spreadsheets, pages, logs, formats and JavaScript itself. */
export const hostileTexts: readonly string[] = [
  ...["'", '"', '\\', "';--", "'; drop table raw_product_views; --", "' or '1'='1", "') or true --", '$$;select 1;$$'],
  ...[
    '$1',
    '$tag$',
    ':name',
    '?',
    '%',
    '_',
    '%s%n',
    '/* x */',
    "E'\\x41'",
    "\\'; select pg_sleep(9) --",
    'NULL',
    'null',
  ],
  ...[
    '{a,"b"}',
    '{}',
    '{NULL}',
    '{"',
    '(1,2)',
    '[1]',
    '"},{"',
    'a\tb',
    'a\r\nb',
    '\u0001',
    '\u0008',
    '\u007f',
    '\u0085',
  ],
  ...['=1+1', '=HYPERLINK("http://127.0.0.1:9/?x="&A1)', '+1', '-1', '@SUM(1)', "=cmd|'/c calc'!A1", '\t=1'],
  ...['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><svg/onload=alert(1)>', 'javascript:alert(1)'],
  ...[
    `$\{7*7}`,
    '{{7*7}}',
    '#{7*7}',
    '<%= 7*7 %>',
    `$\{jndi:ldap://127.0.0.1/a}`,
    '$(id)',
    '`id`',
    '| id',
    '; id',
    '\n',
  ],
  ...[
    '../../etc/passwd',
    '..\\..\\x',
    'file:///etc/passwd',
    '%00',
    '%2e%2e%2f',
    '%u0041',
    '/',
    '#',
    '?a=b&c=d',
    ' ',
    '  x  ',
  ],
  ...['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'length', 'then', 'toJSON'],
  ...['\u202eabc', '\ufeff', '\u2028', '\u200b', '\ufffd', 'e\u0301', 'ß', 'İ', '😀', '𝟘', '\u{10ffff}', '‮'],
  ...[
    '\u001b[31mred\u001b[0m',
    '\u001b]0;title\u0007',
    '{"level":"ERROR","message":"forged"}',
    '2026-01-01 ERROR forged',
  ],
];

/** Any text that an event may carry, often of the list, whole or within something else; at most `maxChars` long. */
export function hostileText(maxChars: number): fc.Arbitrary<string> {
  const listed = fc.constantFrom(...hostileTexts);
  const within = fc.tuple(fc.string({ unit: 'grapheme', maxLength: 5 }), listed).map(([text, more]) => text + more);
  const any = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
  return fc
    .oneof({ weight: 3, arbitrary: listed }, within, any)
    .map((text) => text.slice(0, maxChars).toWellFormed().replaceAll('\u0000', '0'))
    .filter((text) => text.length > 0);
}
