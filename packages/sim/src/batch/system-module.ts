// biome-ignore-all lint/suspicious/noExplicitAny: a module has a vocabulary of its own, which nobody here knows.
/**
 * What a `sim/system.ts` exports, so that `npm run sim` can run it.
 *
 *     export const system = raftSystem();                                   what holds
 *     export const variants = { 'no-vote-on-disk': raftSystem(forgetful) };  each with one fault that seeds must find
 *     export const options = { scaleUs: 150_000, tolerated: { fullDisk: false } };
 *     export const judge = (history) => linearizable(history, keyValue);
 *     export const show = { message: (m) => `${m.type} ${m.term}`, core: (c) => c.role };
 */
import { outOfRange, wrongType } from '@dsys/codec';
import type { ServiceSystem } from '../service/system.js';
import type { ServiceShow } from '../service/trace.js';
import type { SimulateOptions } from '../simulate-options.js';
import type { System } from '../system.js';
import type { Show } from '../trace.js';
import type { Judge } from './seed-report.js';

/** A system of cores, or of services written with promises, whatever its words. */
export type AnySystem = System<any, any> | ServiceSystem<any, any>;

/** Whether it is one of services. */
export const isService = (system: AnySystem): system is ServiceSystem<any, any> => 'start' in system;

/** See the top of `system-module.ts`. */
export interface SystemModule {
  readonly system: AnySystem;
  /** By name, the same with one fault each. Their systems have names of their own. */
  readonly variants?: Readonly<Record<string, AnySystem>>;
  /** How it is run: its `scaleUs`, what it has `tolerated`, what differs from the defaults. */
  readonly options?: Omit<SimulateOptions, 'seed' | 'record'>;
  readonly judge?: Judge;
  /** `Show` for cores, `ServiceShow` for services. */
  readonly show?: Show<any> | ServiceShow<any>;
}

/** Takes a module for what it exports. Throws `TypeError` and `RangeError`, which name the export. */
export function readSystemModule(exported: Readonly<Record<string, unknown>>): SystemModule {
  const { system, variants = {}, options = {}, judge, show } = exported;
  checkSystem('system', system);
  if (typeof variants !== 'object' || variants === null) throw wrongType('variants', 'systems by name', variants);
  const names = new Set([system.name]);
  for (const [name, variant] of Object.entries(variants)) {
    checkSystem(`variants.${name}`, variant);
    if (names.has(variant.name))
      throw outOfRange(`variants.${name}.name`, 'different from the names of all others', variant.name);
    names.add(variant.name);
  }
  if (typeof options !== 'object' || options === null) throw wrongType('options', 'options of `simulate`', options);
  if (judge !== undefined && typeof judge !== 'function') throw wrongType('judge', 'a function of a history', judge);
  if (show !== undefined && (typeof show !== 'object' || show === null))
    throw wrongType('show', '{ message, core }', show);
  return exported as unknown as SystemModule;
}

/** The system of a module, or its variant of this name. Throws `RangeError` with the names that there are. */
export function systemNamed({ system, variants = {} }: SystemModule, variant: string | null): AnySystem {
  if (variant === null) return system;
  const found = Object.hasOwn(variants, variant) ? variants[variant] : undefined;
  const names = Object.keys(variants).join(', ');
  if (found === undefined)
    throw outOfRange('variant', names === '' ? 'none: there are none' : `one of ${names}`, variant);
  return found;
}

/** Which of them a saved run is of: null for the system, the name of a variant, undefined for none. */
export function variantOfRun({ system, variants = {} }: SystemModule, name: string): string | null | undefined {
  if (system.name === name) return null;
  return Object.entries(variants).find(([, variant]) => variant.name === name)?.[0];
}

function checkSystem(name: string, value: unknown): asserts value is AnySystem {
  const { name: own, protocol, start, nodes } = (value ?? {}) as Partial<System<any, any> & ServiceSystem<any, any>>;
  const runs = typeof protocol === 'object' || typeof start === 'function';
  if (typeof own !== 'string' || !runs || !Array.isArray(nodes))
    throw wrongType(name, 'a System, with name, nodes and protocol, or a ServiceSystem, with start', value);
}
