import type { Command } from 'commander';
import { addCommand, type Outcome } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { inspectCommand } from './inspect.js';
import { verifyCommand } from './verify.js';

/** `dsys wal …`: the tools of `@dsys/wal`. */
export function addTo(family: Command, context: Context, outcome: Outcome): void {
  addCommand(family, inspectCommand, context, outcome);
  addCommand(family, verifyCommand, context, outcome);
}
