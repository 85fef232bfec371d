import { expect, test } from 'vitest';
import { encodeRecord, parseRecord } from '../../events/record.ts';
import { withoutPerson } from '../../events/without-person.ts';
import { aRecord } from '../delivery/store.ts';

const nameless = () =>
  withoutPerson(aRecord({ type: 'product_view', user_id: 'ada', session_id: 's', product_id: 'tea' }));
const parse = (fields: Record<string, unknown>) => parseRecord({ ...JSON.parse(encodeRecord(nameless())), ...fields });

test('an event of nobody is read back as it was written', () => {
  const record = nameless();
  expect(parseRecord(JSON.parse(encodeRecord(record)))).toEqual({ success: true, data: record });
});

test.each([
  { user_id: 'ada' },
  { anonymous_id: 'phone' },
  { session_id: 's' },
  { context: { locale: 'en' } },
  { is_nameless: false },
  { is_nameless: undefined },
  { type: 'identify', product_id: undefined },
  { colour: 'red' },
])('an event of nobody with %o is refused', (fields) => {
  expect(parse(fields).success).toBe(false);
});
