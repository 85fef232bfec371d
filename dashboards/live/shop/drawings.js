/**
 * The shop's pictures. A shape is a tone (a main, b deep, c light, s line, t thin deep line), then `o` and a circle
 * (x,y,radius), `r` and a rectangle (x,y,width,height,corner), or a path, on 48 by 48.
 */
const drawings = {
  'Dome Tent': ['aM5 38Q24 0 43 38Z', 'bM24 15L32 38H16Z', 'cM24 22L28 38H20Z'],
  'Tunnel Tent': [
    'aM4 38Q6 14 22 14H36Q44 17 44 38Z',
    'bM4 38Q6 17 16 17Q26 19 26 38Z',
    'cM10 38Q11 26 15 26Q20 27 20 38Z',
  ],
  Tarp: ['sM10 24V41M38 24V41', 'aM4 21L24 9L44 21L38 26L24 17L10 26Z', 'bM24 9L44 21L38 26L24 17Z'],
  'Sleeping Bag': ['ar14,5,20,38,10', 'bM14 20Q24 27 34 20V33Q34 43 24 43Q14 43 14 33Z', 'co24,13,5'],
  'Sleeping Mat': ['ar10,17,34,16,3', 'bo13,25,8', 'co13,25,5', 'bo13,25,2'],
  'Travel Pillow': [
    'aM9 36V23A15 15 0 0 1 39 23V36A5 5 0 0 1 29 36V23A5 5 0 0 0 19 23V36A5 5 0 0 1 9 36Z',
    'tM14 22A10 10 0 0 1 20 14',
  ],
  'Gas Stove': ['br18,29,12,13,3', 'aM11 23H37L32 29H16Z', 'cM24 5Q31 14 24 21Q17 14 24 5Z'],
  'Pot Set': ['ar10,22,28,17,3', 'br8,18,32,5,2', 'co24,15,2.5', 'sM5 26H10M38 26H43'],
  'Steel Mug': ['sM32 19H36A6 6 0 0 1 36 31H32', 'ar11,13,22,26,3', 'br11,13,22,6,2'],
  'Espresso Machine': [
    'ar9,7,30,35,3',
    'br14,20,20,15,1',
    'co16,13.5,2',
    'co22,13.5,2',
    'ar21,20,6,4,1',
    'cM20 28H28L27 35H21Z',
  ],
  'Hand Grinder': ['sM24 16V9H36', 'ar16,16,16,27,3', 'br16,26,16,5,0', 'co37,9,3'],
  'Pour-Over Set': ['aM11 9H37L28 24H20Z', 'bM19 26H29L35 42H13Z', 'cM16 35H32L35 42H13Z'],
  'Chef Knife': ['aM5 20H31V29H20Q9 29 5 20Z', 'br31,20,13,6,3', 'tM36 23H39'],
  'Paring Knife': ['aM10 25Q20 18 28 20V28H18Z', 'br28,20,15,7,3', 'tM34 23.5H38'],
  Whetstone: ['br7,31,34,8,2', 'ar10,20,28,11,2', 'cr10,20,28,4,2'],
  'Iron Pan': ['sM30 22L44 13', 'ao19,27,14', 'bo19,27,10'],
  Saucepan: ['sM31 23H45', 'ar8,20,23,19,4', 'br6,17,27,5,2', 'co19.5,14,2.5'],
  Wok: ['sM37 22L46 17', 'aM5 20H39Q37 39 22 39Q7 39 5 20Z', 'bM5 20H39Q38 25 36 28H8Q6 25 5 20Z'],
  'Over-Ear Headphones': ['sM10 29V24A14 14 0 0 1 38 24V29', 'ar6,26,9,15,4', 'ar33,26,9,15,4', 'bM15 29V39M33 29V39'],
  Earbuds: ['br14,17,6,20,3', 'ao15,17,7', 'br28,17,6,20,3', 'ao33,17,7', 'co15,17,2.5', 'co33,17,2.5'],
  'Studio Headphones': [
    'sM9 27V24A15 15 0 0 1 39 24V27',
    'br5,23,12,18,6',
    'br31,23,12,18,6',
    'ao11,32,3.5',
    'ao37,32,3.5',
  ],
  'Bookshelf Speaker': ['ar13,5,22,38,2', 'bo24,29,8', 'co24,29,3', 'bo24,14,4'],
  Soundbar: ['ar3,19,42,11,3', 'br9,22,30,5,2.5', 'co36,24.5,1.5', 'tM8 33H14M34 33H40'],
  'Portable Speaker': ['sM17 14Q24 6 31 14', 'ar5,13,38,22,8', 'bo16,24,6', 'bo32,24,6', 'co16,24,2', 'co32,24,2'],
  Turntable: ['ar4,11,40,28,3', 'bo20,25,11', 'co20,25,3.5', 'tM37 15V26L29 32'],
  Cartridge: ['tM22 34L26 41', 'aM9 12H35V24H27L22 35L18 24H9Z', 'cr14,15,11,5,1'],
  'Record Brush': ['sM13 32V38M20 32V38M28 32V38M35 32V38', 'br9,24,30,9,1', 'ar7,13,34,12,5'],
  'Road Shoe': ['aM5 18L14 17Q19 26 30 27Q43 28 43 34H5Z', 'br4,33,40,5,2.5', 'tM17 22L21 19M21 25L25 21'],
  'Trail Shoe': [
    'aM5 14L15 15Q20 25 30 26Q42 27 43 33H5Z',
    'bM5 32H43V36L40 39L37 36L34 39L31 36L28 39L25 36L22 39L19 36L16 39L13 36L10 39L7 36H5Z',
    'tM18 21L22 18M22 24L26 20',
  ],
  'Track Spike': [
    'tM24 34V40M30 34V40M36 33V39',
    'aM4 22L14 18Q20 26 30 27Q43 28 44 33L20 35H4Z',
    'cM20 24L34 28L22 32Z',
  ],
  'Wind Jacket': ['aM17 7H31L43 18L38 25L34 21V42H14V21L10 25L5 18Z', 'bM17 7H31L24 17Z', 'tM24 17V42'],
  'Half Tights': ['aM14 8H34L37 39H27L24 21L21 39H11Z', 'br14,8,20,5,1', 'tM34 13L35 26'],
  'Merino Shirt': ['aM17 9L31 9L43 17L38 25L34 22V41H14V22L10 25L5 17Z', 'bM17 9H31Q24 19 17 9Z'],
  'GPS Watch': ['br17,4,14,40,4', 'ao24,24,13', 'co24,24,9', 'tM24 18V24L28 27'],
  'Chest Strap': ['sM4 21Q24 34 44 21', 'ar15,21,18,13,6', 'co24,27.5,3'],
  'Foot Pod': ['br15,32,18,5,2', 'ar10,13,28,20,10', 'co24,23,5'],
  'Desk Lamp': ['sM22 39L15 25L27 15', 'br11,38,22,4,2', 'aM25 7L41 14L37 23L21 18Z', 'cM21 18L37 23L29 24Z'],
  'Floor Lamp': ['sM24 18V41', 'aM16 5H32L37 19H11Z', 'br14,40,20,4,2', 'cM20 19H28L27 22H21Z'],
  Pendant: ['tM24 2V13', 'co24,32,5', 'aM24 11Q40 13 42 31H6Q8 13 24 11Z'],
  Monstera: ['tM24 33V20', 'bM15 32H33L31 44H17Z', 'aM24 23Q5 23 9 5Q27 5 24 23Z', 'aM24 28Q41 28 41 12Q26 13 24 28Z'],
  'Clay Pot': ['aM12 16H36L32 42H16Z', 'br8,9,32,9,2', 'tM17 26H31'],
  'Watering Can': ['sM16 31L6 19M36 25Q47 28 36 37', 'ar15,19,22,22,3', 'bM3 15L11 20L7 24L1 20Z', 'br15,19,22,5,2'],
  'Wool Throw': ['sM10 36V41M17 36V41M24 36V41M31 36V41M38 36V41', 'ar7,10,34,27,1', 'br7,16,34,4,0', 'br7,27,34,4,0'],
  'Linen Cushion': [
    'aM7 7Q24 12 41 7Q36 24 41 41Q24 36 7 41Q12 24 7 7Z',
    'bo24,24,3',
    'tM14 14L20 20M34 14L28 20M14 34L20 28M34 34L28 28',
  ],
  'Cotton Rug': ['sM4 15V35M44 15V35', 'ar6,13,36,24,1', 'cr11,18,26,14,1', 'br17,22,14,6,1'],
};
const PARCEL = ['aM7 15L24 7L41 15V34L24 42L7 34Z', 'bM7 15L24 23V42L7 34Z', 'cM16 11L33 19V25L29 23V21L12 13Z'];

/** Draws a product; one without a drawing comes in a parcel. It says nothing that the text beside it does not. */
export function drawing({ kind, category }) {
  const svg = make('svg', { viewBox: '0 0 48 48', 'aria-hidden': 'true', class: `drawing ${departmentOf(category)}` });
  svg.append(...(Object.hasOwn(drawings, kind ?? '') ? drawings[kind] : PARCEL).map(shape));
  return svg;
}

/** `outdoor.tents` stands in the department `outdoor`. */
export const departmentOf = (category) =>
  String(category ?? '')
    .split('.')[0]
    .replaceAll(/[^a-z]/g, '') || 'other';

function shape(text) {
  const [tone, rest] = [text[0], text.slice(1)];
  const numbers = rest.slice(1).split(',');
  if (rest[0] === 'o') return make('circle', { class: tone, cx: numbers[0], cy: numbers[1], r: numbers[2] });
  if (rest[0] !== 'r') return make('path', { class: tone, d: rest });
  const [x, y, width, height, rx] = numbers;
  return make('rect', { class: tone, x, y, width, height, rx });
}

function make(name, attributes) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
