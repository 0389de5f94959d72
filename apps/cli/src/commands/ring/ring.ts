import type { Command } from 'commander';
import { addCommand, type Outcome } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { compareCommand } from './compare.js';
import { dialectsCommand } from './dialects.js';
import { explainCommand } from './explain.js';
import { ownershipCommand } from './ownership.js';
import { planCommand } from './plan.js';

/** `dsys ring …`: the tools of `@dsys/hashring`. */
export function addTo(family: Command, context: Context, outcome: Outcome): void {
  addCommand(family, planCommand, context, outcome);
  addCommand(family, explainCommand, context, outcome);
  addCommand(family, compareCommand, context, outcome);
  addCommand(family, ownershipCommand, context, outcome);
  addCommand(family, dialectsCommand, context, outcome);
}
