import { describe, expect, inject, test } from 'vitest';
import { runBazaar } from './run-bazaar.ts';

const HERE = import.meta.filename;
const NOWHERE = ['--data-dir', '/nowhere'];
const LOCAL = 'postgres://ada:secret@127.0.0.1:1/shop';
const inDatabase = (change: (url: URL) => void) => {
  const url = new URL(inject('ownerUrl'));
  change(url);
  return url.href;
};

describe('a mistake is told in words, names the way out, and ends with status 2', () => {
  test.concurrent.each<[line: string, says: RegExp, url?: string]>([
    ['reply x', /unknown command 'reply'\n\(Did you mean replay\?\)\n`bazaar --help`/],
    ['', /Usage: bazaar/],
    ['start --prot 1', /unknown option '--prot'\n\(Did you mean --port\?\)\n`bazaar start --help`/],
    ['start --port 99999', /--port .* '99999' is invalid. allowed: a whole number from 1 to 65535/],
    ['start --log kafa', /Allowed choices are auto, kafka, embedded/],
    ['dead-letters lst', /Did you mean list\?\)\n`bazaar dead-letters --help`/],
    ['replay /nowhere/file', /'\/nowhere\/file' .*there is no such file/],
    [`replay ${HERE} ${NOWHERE.join(' ')}`, /no system runs on \/nowhere: run `bazaar start`/],
    [`replay ${HERE} --url ftp://x --key k`, /allowed: an http address/],
    [`replay ${HERE} --currency euro --key k --url http://127.0.0.1:1`, /ISO 4217/],
    [`replay ${HERE} --url http://127.0.0.1:1 --key k`, /no API at 127.0.0.1:1 .*ECONNREFUSED.*run `bazaar start`/],
    ['simulate --url http://127.0.0.1:1 --key k', /no API at 127.0.0.1:1/],
    ['simulate --rate 0', /--rate .* '0' is invalid. allowed: a number above 0/],
    ['train --until yesterday', /allowed: a date as 2026-01-31/],
    ['evaluate', /on what\? give --train and --test, or --since/],
    [`evaluate --train ${HERE}`, /--test is missing/],
    ['evaluate --since 2090-01-01', /allowed: a date in the past/],
    ['rebuild everything', /Allowed choices are all, identities/],
    [`audit ${NOWHERE.join(' ')}`, /no database is given and no system runs on \/nowhere/],
    ['audit', /no database at 127.0.0.1:1 .*ECONNREFUSED.*is DATABASE_URL right\?/, LOCAL],
    ['audit', /DATABASE_URL is not the address of a database; allowed: postgresql:/, 'mysql://ada:secret@host/shop'],
    ['dead-letters list', /does not exist; .*run `bazaar migrate`/, inDatabase((url) => (url.pathname = '/postgres'))],
    ['audit', /is the password in DATABASE_URL right\?/, inDatabase((url) => (url.password = 'secret'))],
    ['audit', /is the name of the database in DATABASE_URL right\?/, inDatabase((url) => (url.pathname = '/none'))],
    ['dead-letters show 0', /allowed: the number of a dead letter/],
    ['dead-letters replay', /which\? give numbers, or filters, or --all/],
    ['dead-letters fix 1 --set quantity', /allowed: path=text, or path:=JSON/],
    ['dead-letters fix 1 --patch {', /this is not JSON/],
  ])('%s', async (line, says, url = '') => {
    const { status, output, errors } = await runBazaar(line.split(' ').filter(Boolean), { DATABASE_URL: url });
    expect(errors).toMatch(says);
    expect({ status, output }).toEqual({ status: 2, output: '' });
    expect(errors).not.toMatch(/\n\s+at |secret/);
  });
});
