import { createZipf, type Random } from './random.ts';

export type Product = {
  readonly product_id: string;
  readonly name: string;
  readonly category: string;
  readonly brand: string;
  readonly unit_price: string;
  readonly currency: 'EUR';
};

/** What people who share a taste look at together: category, nouns, lowest and highest price in EUR. */
type Range = readonly [category: string, nouns: readonly string[], lowest: number, highest: number];
const tastes: readonly (readonly Range[])[] = [
  [
    ['outdoor.tents', ['Dome Tent', 'Tunnel Tent', 'Tarp'], 60, 420],
    ['outdoor.sleeping', ['Sleeping Bag', 'Sleeping Mat', 'Travel Pillow'], 15, 260],
    ['outdoor.stoves', ['Gas Stove', 'Pot Set', 'Steel Mug'], 8, 140],
  ],
  [
    ['kitchen.coffee', ['Espresso Machine', 'Hand Grinder', 'Pour-Over Set'], 20, 690],
    ['kitchen.knives', ['Chef Knife', 'Paring Knife', 'Whetstone'], 12, 240],
    ['kitchen.pans', ['Iron Pan', 'Saucepan', 'Wok'], 25, 190],
  ],
  [
    ['audio.headphones', ['Over-Ear Headphones', 'Earbuds', 'Studio Headphones'], 25, 480],
    ['audio.speakers', ['Bookshelf Speaker', 'Soundbar', 'Portable Speaker'], 30, 900],
    ['audio.turntables', ['Turntable', 'Cartridge', 'Record Brush'], 9, 750],
  ],
  [
    ['running.shoes', ['Road Shoe', 'Trail Shoe', 'Track Spike'], 60, 220],
    ['running.clothing', ['Wind Jacket', 'Half Tights', 'Merino Shirt'], 25, 180],
    ['running.watches', ['GPS Watch', 'Chest Strap', 'Foot Pod'], 40, 600],
  ],
  [
    ['home.lamps', ['Desk Lamp', 'Floor Lamp', 'Pendant'], 20, 380],
    ['home.plants', ['Monstera', 'Clay Pot', 'Watering Can'], 6, 90],
    ['home.textiles', ['Wool Throw', 'Linen Cushion', 'Cotton Rug'], 15, 340],
  ],
];
const brands = ['Aldern', 'Brisk', 'Corvane', 'Dunmore', 'Eskel', 'Fjordly', 'Granit', 'Hollis', 'Ivara', 'Junip'];
const PRODUCTS_PER_CATEGORY = 40;

/** Draws products; a taste is a number from 0 to `tastes - 1`. */
export type Catalogue = { readonly tastes: number; draw(taste: number): Product };

/** The shop's products by taste, those that are looked at most first. */
export function createShelves(): Product[][] {
  return tastes.map((ranges) => shuffled(ranges.flatMap(productsOf)));
}

/** The shop's products, the same for every seed, and a Zipf-skewed draw from those of one taste. */
export function createCatalogue(random: Random): Catalogue {
  const shelves = createShelves();
  const zipf = createZipf(random, PRODUCTS_PER_CATEGORY * 3);
  return {
    tastes: shelves.length,
    draw: (taste) => (shelves[taste] as readonly Product[])[zipf()] as Product,
  };
}

function productsOf([category, nouns, lowest, highest]: Range): Product[] {
  return Array.from({ length: PRODUCTS_PER_CATEGORY }, (_, index) => {
    const spread = ((index * 37) % PRODUCTS_PER_CATEGORY) / PRODUCTS_PER_CATEGORY;
    const brand = brands[(index * 7 + category.length) % brands.length] as string;
    return {
      product_id: `${category.replace('.', '-')}-${String(index + 1).padStart(2, '0')}`,
      name: `${brand} ${nouns[index % nouns.length]} ${100 + index}`,
      category,
      brand,
      unit_price: (lowest + (highest - lowest) * spread ** 2 - 0.01).toFixed(2),
      currency: 'EUR',
    };
  });
}

/** Mixes the categories of a taste, so that the popular ranks are spread over all of them; a fixed order. */
function shuffled(products: readonly Product[]): Product[] {
  return products
    .map((product, index) => ({ product, at: (index * 53) % products.length }))
    .sort((a, b) => a.at - b.at)
    .map(({ product }) => product);
}
