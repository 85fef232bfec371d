import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Hono } from 'hono';

const LIVE_PAGE = fileURLToPath(new URL('../../dashboards/live', import.meta.url));
const CHARTS = fileURLToPath(new URL('.', import.meta.resolve('uplot')));
const CHART_FILES = ['uPlot.esm.js', 'uPlot.min.css'];
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** Serves the page at `/`, its other files and the chart library under `/page/`, and the client as `/page/client.js`. */
export function serveAssets(app: Hono, clientCode: () => Promise<string>): void {
  const files = readdirSync(LIVE_PAGE, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    serveFile(app, name === 'index.html' ? '/' : `/page/${relative(LIVE_PAGE, path).replaceAll('\\', '/')}`, path);
  }
  for (const name of CHART_FILES) serveFile(app, `/page/charts/${name}`, join(CHARTS, name));
  let client: Promise<string> | undefined;
  app.get('/page/client.js', async (context) => {
    client ??= clientCode();
    return context.body(await client, 200, { 'content-type': types['.js'] ?? '' });
  });
}

function serveFile(app: Hono, route: string, path: string): void {
  const content = readFileSync(path, 'utf8');
  app.get(route, (context) => context.body(content, 200, { 'content-type': types[extname(path)] ?? 'text/plain' }));
}
