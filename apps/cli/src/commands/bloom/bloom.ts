import type { Command } from 'commander';
import { addCommand, type Outcome } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { buildCommand } from './build.js';
import { filterCommand } from './filter.js';

/** `dsys bloom …`: of `@dsys/bloom`. */
export function addTo(family: Command, context: Context, outcome: Outcome): void {
  addCommand(family, buildCommand, context, outcome);
  addCommand(family, filterCommand, context, outcome);
}
