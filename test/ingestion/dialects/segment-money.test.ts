import { describe, expect, test } from 'vitest';
import { dialectApi, track } from './dialect-api.ts';

type Fields = Record<string, unknown>;
const IDENTITY = { event_id: expect.any(String), occurred_at: '2026-11-01T11:00:00Z', user_id: 'u' };
const lines = [
  { product_id: 'a', price: 19, quantity: 1 },
  { product_id: 'b', price: 3, quantity: 2 },
];

describe('money of an order', () => {
  const purchase = async (amounts: Fields, products: Fields[] = lines) => {
    const { segment } = dialectApi();
    const { events, answer } = await segment([
      track('Order Completed', { order_id: 'o', currency: 'USD', products, ...amounts }),
    ]);
    const { discount, tax, shipping } = events[0] ?? {};
    return { discount, tax, shipping, warnings: answer.warnings.map(({ code, path }) => `${code} ${path}`) };
  };
  const DIFFERS = 'discount_differs properties.discount';
  const ABOVE = 'revenue_above_lines properties.revenue';

  test.each<[what: string, amounts: Fields, discount: string | undefined, warnings: string[]]>([
    ['no revenue', {}, undefined, []],
    ['no revenue and a discount', { discount: 2.5 }, '2.5', []],
    ['revenue of the lines', { revenue: 25 }, undefined, []],
    ['revenue below the lines', { revenue: 22.5 }, '2.50', []],
    ['revenue below the lines, as text', { revenue: '22.50' }, '2.50', []],
    ['revenue above the lines', { revenue: 30 }, undefined, [ABOVE]],
    ['revenue above the lines and a discount', { revenue: 30, discount: 1 }, '1', [ABOVE]],
    ['a discount that is not what revenue leaves', { revenue: 20, discount: 1 }, '5.00', [DIFFERS]],
    ['total, which has tax and shipping in it', { total: 30, tax: 2, shipping: 3 }, undefined, []],
    ['total beside revenue', { total: 27.5, revenue: 22.5, tax: 2, shipping: 3 }, '2.50', []],
    // The order of Segment's own specification: revenue is before its discount there, subtotal after it.
    [
      'the order of the specification',
      { total: 27.5, subtotal: 22.5, revenue: 25, shipping: 3, tax: 2, discount: 2.5 },
      '2.50',
      [],
    ],
    ['the same without subtotal', { total: 27.5, revenue: 25, shipping: 3, tax: 2, discount: 2.5 }, '2.5', []],
    [
      'a total that bears the lines in full',
      { total: 30, revenue: 25, shipping: 3, tax: 2, discount: 2.5 },
      undefined,
      [DIFFERS],
    ],
    ['revenue that is none', { revenue: 'much', discount: 1 }, '1', ['field_dropped properties.revenue']],
    ['nulls', { revenue: null, discount: null, tax: null, shipping: null, total: null }, undefined, []],
  ])('%s', async (_, amounts, discount, warnings) => {
    const event = await purchase(amounts);
    expect([event.discount, event.warnings]).toEqual([discount, warnings]);
  });

  test('the currency may stand with the lines, and the default does not replace it', async () => {
    const { segment, publisher } = dialectApi({ defaultCurrencies: { server: 'EUR' } });
    const products = lines.map((line) => ({ ...line, currency: 'usd' }));
    const { events } = await segment([track('Order Completed', { order_id: 'o', products })]);
    expect(events).toMatchObject([{ currency: 'USD' }]);
    expect(publisher.records[0]?.stamp).not.toHaveProperty('currency_defaulted');
    const bare = await segment([track('Order Completed', { order_id: 'o', products: lines }, { messageId: 'n' })]);
    expect(bare.events).toMatchObject([{ currency: 'EUR' }]);
    expect(publisher.records[1]?.stamp.currency_defaulted).toBe(true);
  });

  test('tax and shipping stand beside the lines, with the decimals of the currency', async () => {
    const { tax, shipping, warnings } = await purchase({ tax: 2.000000000001, shipping: '3.10' });
    expect([tax, shipping, warnings]).toEqual(['2.00', '3.10', ['amount_rounded properties.tax']]);
  });

  test('prices with too many decimals bear the revenue that is stated, rounded up where only that does', async () => {
    const thirds = [{ product_id: 'a', price: 3.3333333333333335, quantity: 3 }];
    const noisy = [{ product_id: 'a', price: 19.990000000000002 }];
    const cases: [Fields[], Fields, string, string | undefined][] = [
      [thirds, {}, '3.33', undefined],
      [thirds, { revenue: 10 }, '3.34', '0.02'],
      [thirds, { revenue: 12 }, '3.33', undefined],
      [noisy, { revenue: 19.99 }, '19.99', undefined],
    ];
    for (const [products, amounts, unitPrice, discount] of cases) {
      const { segment } = dialectApi();
      const sent = track('Order Completed', { order_id: 'o', currency: 'USD', products, ...amounts });
      const { events } = await segment([sent]);
      expect(events).toMatchObject([{ items: [{ unit_price: unitPrice }] }]);
      expect(events[0]?.discount).toBe(discount);
    }
  });

  test.each<[Fields, string]>([
    [{ order_id: '' }, 'properties.order_id'],
    [{ order_id: '  ' }, 'properties.order_id'],
    [{ order_id: null }, 'properties.order_id'],
    [{ currency: undefined }, 'properties.currency'],
    [{ currency: 'dollars' }, 'properties.currency'],
    [{ products: [lines[0], { product_id: 'b', price: 3, currency: 'USD' }] }, 'properties.currency'],
    [{ products: [] }, 'properties.products'],
    [{ products: 'a' }, 'properties.products'],
    [{ products: [lines[0], { product_id: 'b' }] }, 'properties.products.1.price'],
    [{ products: [{ price: 1 }] }, 'properties.products.0.product_id'],
    [{ products: [{ product_id: 'a', price: 1, quantity: 1.5 }] }, 'properties.products.0.quantity'],
    [{ products: [{ product_id: 'a', price: -1 }] }, 'properties.products.0.price'],
    [{ products: [{ product_id: 'a', price: { deep: [] } }] }, 'properties.products.0.price'],
    [{ products: Array(201).fill(lines[0]) }, 'properties.products'],
    [{ discount: 26 }, 'properties.discount'],
  ])('an order with %j is refused, and the answer names the field as it was sent', async (change, path) => {
    const { segment, warnings } = dialectApi();
    const sent = track('Order Completed', { order_id: 'o', currency: 'EUR', products: lines, ...change });
    const { status, answer, events } = await segment([sent]);
    expect([status, answer.code, events]).toEqual([400, 'no_event_accepted', []]);
    expect(answer.rejected).toMatchObject([{ index: 0, code: 'invalid_field', path }]);
    expect(warnings).toEqual([
      { path: '/v1/batch', source: 'server', reasons: { [`invalid_field ${path.replace(/\d/, 'N')}`]: 1 } },
    ]);
  });
});

describe('refunds', () => {
  const refund = async (name: string, properties: Fields) => {
    const { segment } = dialectApi();
    const { events, answer } = await segment([track(name, { order_id: 'o', currency: 'usd', ...properties })]);
    const { event_id: _, occurred_at: __, user_id: ___, type, order_id, ...rest } = events[0] ?? {};
    return [type, order_id, rest, answer.rejected?.map(({ path }) => path)];
  };
  test.each<[string, Fields, Fields]>([
    ['Order Refunded', {}, {}],
    ['Order Refunded', { products: [] }, {}],
    ['Order Refunded', { total: 30 }, { amount: '30' }],
    ['Order Refunded', { total: 30, tax: 2, shipping: 3 }, { amount: '25' }],
    ['Order Refunded', { total: 30, revenue: 25 }, { amount: '25' }],
    [
      'Order Refunded',
      { total: 30, products: [{ product_id: 'a', quantity: 1 }] },
      { items: [{ product_id: 'a', quantity: 1 }] },
    ],
    ['Order Cancelled', { total: 30, revenue: 25, products: lines }, {}],
  ])('%s with %j', async (name, properties, what) => {
    expect(await refund(name, properties)).toEqual(['refund', 'o', { currency: 'USD', ...what }, []]);
  });

  test('an amount that cannot be read is refused, and not taken for the whole order', async () => {
    for (const total of [-30, 'all', true])
      expect(await refund('Order Refunded', { total })).toEqual([undefined, undefined, {}, ['properties.total']]);
  });
});

describe('prices of views and carts', () => {
  const add = async (properties: Fields, defaultCurrencies: Record<string, string> = {}) => {
    const { segment, publisher } = dialectApi({ defaultCurrencies });
    const { answer, events } = await segment([track('Product Added', { product_id: 'p', ...properties })]);
    return {
      event: events[0],
      isDefault: publisher.records[0]?.stamp.currency_defaulted,
      warnings: answer.warnings.map(({ code, path }) => `${code} ${path}`),
    };
  };
  const none = { ...IDENTITY, type: 'add_to_cart', product_id: 'p', quantity: 1 };

  test('a price without a currency is stored without both, and the answer says so', async () => {
    const { event, isDefault, warnings } = await add({ price: 9.5 }, { other: 'EUR' });
    expect(event).toEqual(none);
    expect([isDefault, warnings]).toEqual([undefined, ['price_without_currency properties.price']]);
  });

  test('the default of the source is taken where the settings have one, and stamped as such', async () => {
    const { event, isDefault, warnings } = await add({ price: 9.5 }, { server: 'EUR' });
    expect(event).toEqual({ ...none, unit_price: '9.5', currency: 'EUR' });
    expect([isDefault, warnings]).toEqual([true, ['currency_defaulted properties.currency']]);
  });

  test.each<[Fields, Fields, string[]]>([
    [{ price: 9.5, currency: 'usd' }, { unit_price: '9.5', currency: 'USD' }, []],
    [{ price: '9.50', currency: ' Usd ' }, { unit_price: '9.50', currency: 'USD' }, []],
    [{ price: 950.4, currency: 'JPY' }, { unit_price: '950', currency: 'JPY' }, ['amount_rounded properties.price']],
    [
      { price: 0.1 + 0.2, currency: 'USD' },
      { unit_price: '0.30', currency: 'USD' },
      ['amount_rounded properties.price'],
    ],
    [{ price: 9.5, currency: 'US dollars' }, {}, ['field_dropped properties.currency']],
    [{ price: '9,50', currency: 'USD' }, {}, ['field_dropped properties.price']],
    [{ price: -1 }, {}, ['field_dropped properties.price']],
    [{ price: null, currency: null }, {}, []],
    [{ currency: 'USD' }, {}, []],
  ])('%j gives %j', async (properties, price, warnings) => {
    const added = await add(properties, { server: 'EUR' });
    expect([added.event, added.isDefault, added.warnings]).toEqual([{ ...none, ...price }, undefined, warnings]);
  });
});
