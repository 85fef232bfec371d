/** What `npm run bench -- NAME` can run: the script, and what it shows. */
export const benchmarks: Readonly<Record<string, { script: string; shows: string }>> = {
  'cold-start': { script: 'start/cold-start.ts', shows: 'size of each bundle, and the time to import it' },
  recommendations: {
    script: 'recommendations/load.ts',
    shows: 'recommendations and freshness under load, beside a running system',
  },
  training: { script: 'training/als-against-implicit.ts', shows: 'our ALS beside the Python library implicit' },
};
