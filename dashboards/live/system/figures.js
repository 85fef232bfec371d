import { element } from '../dom.js';

/** What a tile shows before there is anything to show. */
export const empty = (text) => element('p', { class: 'hint empty' }, text);

/** A number with what it counts. */
export function figure(value, label) {
  return element('div', { class: 'figure' }, element('dd', {}, value), element('dt', {}, label));
}
