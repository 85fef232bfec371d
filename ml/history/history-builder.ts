import { type GroupedPositions, groupPositions } from './group-positions.ts';
import { growingColumn } from './growing-column.ts';
import type { History, Person, TouchKind } from './history.ts';

export type Touch = { person: Person; productId: string; seconds: number; kind: TouchKind };

export type HistoryBuilder = { add(touch: Touch): void; finish(): History };

/** Collects touches in any order; the history depends on what was added and not on the order. */
export function createHistoryBuilder(): HistoryBuilder {
  const users = new Map<string, number>();
  const anonymous = new Map<string, number>();
  const products = new Map<string, number>();
  const people: Person[] = [];
  const columns = {
    people: growingColumn((length) => new Uint32Array(length)),
    products: growingColumn((length) => new Uint32Array(length)),
    seconds: growingColumn((length) => new Float64Array(length)),
    kinds: growingColumn((length) => new Uint8Array(length)),
  };
  return {
    add({ person, productId, seconds, kind }) {
      const known = person.isAnonymous ? anonymous : users;
      columns.people.push(numberOf(known, person.id, people.length));
      if (known.size + (person.isAnonymous ? users : anonymous).size > people.length) people.push(person);
      columns.products.push(numberOf(products, productId, products.size));
      columns.seconds.push(seconds);
      columns.kinds.push(kind);
    },
    finish() {
      users.clear();
      anonymous.clear();
      return sortTouches(people, [...products.keys()], {
        people: columns.people.finish(),
        products: columns.products.finish(),
        seconds: columns.seconds.finish(),
        kinds: columns.kinds.finish(),
      });
    },
  };
}

type TouchColumns = { people: Uint32Array; products: Uint32Array; seconds: Float64Array; kinds: Uint8Array };

function numberOf(known: Map<string, number>, id: string, next: number): number {
  const number = known.get(id);
  if (number !== undefined) return number;
  known.set(id, next);
  return next;
}

function sortTouches(people: readonly Person[], productIds: readonly string[], touches: TouchColumns): History {
  const peopleOrder = sortedOrder(people.length, (a, b) => byPerson(people[a] as Person, people[b] as Person));
  const productOrder = sortedOrder(productIds.length, (a, b) =>
    compareText(productIds[a] as string, productIds[b] as string),
  );
  replaceAll(touches.people, inverse(peopleOrder));
  replaceAll(touches.products, inverse(productOrder));
  const { starts: personStarts, positions: order } = groupByPerson(people.length, touches);
  const { products, seconds, kinds } = touches;
  return {
    people: Array.from(peopleOrder, (person) => people[person] as Person),
    productIds: Array.from(productOrder, (product) => productIds[product] as string),
    personStarts,
    products: order.map((touch) => products[touch] as number),
    seconds: Float64Array.from(order, (touch) => seconds[touch] as number),
    kinds: Uint8Array.from(order, (touch) => kinds[touch] as number),
  };
}

/** Each person's touches by time; of one moment, the newest is the least product. */
function groupByPerson(peopleCount: number, { people, products, seconds, kinds }: TouchColumns): GroupedPositions {
  const grouped = groupPositions(people, peopleCount);
  const compare = (a: number, b: number) =>
    (seconds[a] as number) - (seconds[b] as number) ||
    (products[b] as number) - (products[a] as number) ||
    (kinds[a] as number) - (kinds[b] as number);
  for (let person = 0; person < peopleCount; person++)
    grouped.positions.subarray(grouped.starts[person], grouped.starts[person + 1]).sort(compare);
  return grouped;
}

function sortedOrder(count: number, compare: (a: number, b: number) => number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index).sort(compare);
}

function inverse(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  order.forEach((index, place) => {
    places[index] = place;
  });
  return places;
}

function replaceAll(numbers: Uint32Array, by: Uint32Array): void {
  for (let index = 0; index < numbers.length; index++) numbers[index] = by[numbers[index] as number] as number;
}

function byPerson(a: Person, b: Person): number {
  return Number(a.isAnonymous) - Number(b.isAnonymous) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
