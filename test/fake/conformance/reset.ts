import { allNodes } from "./look";
import { restart } from "./processes";
import { Run, type Seat, type Venue } from "./run";

const seats: readonly Seat[] = ["a", "b", "c"];
const isTestDatabase = (name: string) => name.startsWith("conformance_");

/** Empties real instances of peers, routes, test databases and test users, and of the certificates of earlier joins. */
export async function reset(venue: Venue): Promise<void> {
  const run = new Run(venue);
  for (const seat of seats) {
    await leaveAll(run, seat);
    await run.send(seat, { operation: "set_configuration", replication_routes: null });
  }
  await run.pause(500);
  for (const seat of seats) {
    await leaveAll(run, seat);
    await dropUsers(run, seat);
    await dropCertificates(run, seat);
    await forget(run, seat);
  }
  await restart(run, ...seats);
  // Only now: the server crashes when a database goes that a peer is connected to.
  for (const seat of seats) await dropDatabases(run, seat);
}

/** Undoes what a script did, but for its databases. */
export async function cleanUp(run: Run): Promise<void> {
  for (const seat of seats) {
    await leaveAll(run, seat);
    await run.send(seat, { operation: "set_configuration", replication_routes: null });
  }
}

/** Removes every record by its name, the own one last. */
async function leaveAll(run: Run, seat: Seat): Promise<void> {
  const { answer } = await run.send(seat, allNodes);
  const names = (answer as { name: string }[]).map(({ name }) => name);
  const { address } = run.venue.places[seat];
  names.sort((x, y) => Number(x === address) - Number(y === address));
  for (const hostname of names) await run.send(seat, { operation: "remove_node", hostname });
}

/** Peers send each other their old changes of hdb_nodes when they come to replicate it, and the removed ones still lead. */
async function forget(run: Run, seat: Seat): Promise<void> {
  const log = { schema: "system", table: "hdb_nodes" };
  const timestamp = Date.now();
  await run.send(seat, { operation: "delete_audit_logs_before", ...log, timestamp, cleanup_deleted_records: true });
  for (let turn = 0; turn < 50; turn += 1) {
    const { answer } = await run.send(seat, { operation: "read_audit_log", ...log });
    if ((answer as unknown[]).length === 0) return;
    await run.pause(100);
  }
}

async function dropDatabases(run: Run, seat: Seat): Promise<void> {
  const { answer } = await run.send(seat, { operation: "describe_all" });
  for (const database of Object.keys(answer as object).filter(isTestDatabase)) {
    await run.send(seat, { operation: "drop_database", database });
  }
}

async function dropUsers(run: Run, seat: Seat): Promise<void> {
  await run.send(seat, { operation: "drop_user", username: "conformance_user" });
  await run.send(seat, { operation: "drop_role", id: "conformance_role" });
}

async function dropCertificates(run: Run, seat: Seat): Promise<void> {
  const { address } = run.venue.places[seat];
  const { answer } = await run.send(seat, { operation: "list_certificates" });
  for (const { name, is_authority } of answer as { name: string; is_authority: boolean }[]) {
    const signedElsewhere = name === `${address}-replication`;
    const foreign = is_authority && name.includes("Certificate-Authority") && !name.endsWith(`-${address}`);
    if (signedElsewhere || foreign) await run.send(seat, { operation: "remove_certificate", name });
  }
}
