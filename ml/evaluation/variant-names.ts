import { UNTRAINED } from './asked-model.ts';

/** The model of this run, the state before any training, and what is trending for everybody. */
export const variantNames = ['trained', UNTRAINED, 'trending'] as const;
