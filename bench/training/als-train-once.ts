import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { nearestProducts } from '../../ml/als/nearest-products.ts';
import { trainAls } from '../../ml/als/train-als.ts';
import { readMatrix } from './als-matrix-files.ts';

/**
 * Trains our ALS once on the matrix in a folder, in a process of its own so that the peak memory is its own; then finds
 * each product's neighbours. Writes the item factors beside the matrix and prints seconds and peaks as JSON; see
 * als-against-implicit.ts.
 */
const NEIGHBOURS = 100;

const [folder = '.', settings = '{}'] = process.argv.slice(2);
const options = JSON.parse(settings);
const matrix = readMatrix(folder);
const peakMb = () => process.resourceUsage().maxRSS / 1000;

const cpuSeconds = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

const [start, cpuStart] = [performance.now(), cpuSeconds()];
const model = await trainAls(matrix, options);
const trained = performance.now();
const cpu_seconds = cpuSeconds() - cpuStart;
const peak_mb = peakMb();
const { factors, threads } = options;
await nearestProducts(model.itemFactors, { factors, threads, count: NEIGHBOURS });
const neighbours_seconds = (performance.now() - trained) / 1000;

writeFileSync(path.join(folder, 'ours.f32'), model.itemFactors);
const seconds = (trained - start) / 1000;
console.log(JSON.stringify({ seconds, cpu_seconds, peak_mb, neighbours_seconds, neighbours_peak_mb: peakMb() }));
