/**
 * Sketches of the PostgreSQL extension `hll` (postgresql-hll, Citus): made, joined, read and written as the database
 * itself would.
 *
 *     const { rows } = await client.query('SELECT visitors::text FROM pages');            '\x128b7f…'
 *     const visitors = PostgresHyperLogLog.fromBytes(Buffer.from(rows[0].visitors.slice(2), 'hex'));
 *     visitors.add('203.0.113.9');                                                        hll_hash_text
 *     await client.query('UPDATE pages SET visitors = $1::bytea::hll', [Buffer.from(visitors.toBytes())]);
 *
 * @module
 */
export { PostgresHyperLogLog } from './postgres-hyperloglog.js';
export type { PostgresParameters, PostgresRepresentation } from './storage.js';
export { boolean, integer, smallint } from './values.js';
