#!/usr/bin/env node
/** `bazaar`, from any folder and with any Node from 20 on: the bootstrap installs what is missing and takes the pinned Node. */
process.argv.splice(2, 0, 'local/bazaar.ts');
await import('../local/bootstrap.mjs');
