import type { Instance } from "../instances";
import { asBegun, type HarperClient, type Notes } from "../operations-api";
import type { claimRow } from "./claim";
import type { Lease } from "./lease";
import { type ClaimRows, claimsIn } from "./rows";

/** What this process knows of one instance. */
export interface Desk {
  /** Of whoever works there at the moment: several names may be one instance, each with its own credentials. */
  client: HarperClient;
  notes: () => Promise<Notes>;
  lease: Lease;
  /** The claims as read when writing began, and as written since. */
  rows?: Promise<ClaimRows> | undefined;
  isUseless: boolean;
}

export interface ClaimWrite {
  desk: Desk;
  row: ReturnType<typeof claimRow>;
  isThere: boolean;
}

/** Writes a burst of claims: one insert. What somebody else put first stays theirs, and shows in the rows. */
export async function writeClaims(_at: Instance, writes: ClaimWrite[]): Promise<unknown[]> {
  const [desk] = writes.map((write) => write.desk);
  if (!desk) return [];
  const notes = await desk.notes();
  const of = (isThere: boolean) => writes.filter((write) => write.isThere === isThere).map(({ row }) => row);
  const [changed, fresh] = [of(true), of(false)];
  const skipped = fresh.length > 0 ? await notes.insert(fresh) : [];
  if (changed.length > 0) await notes.update(changed);
  const rows = await desk.rows;
  const now = { __createdtime__: Date.now(), __updatedtime__: Date.now() };
  for (const { row } of writes) rows?.set({ ...row, ...now });
  if (skipped.length > 0) for (const row of claimsIn(await notes.read())) if (skipped.includes(row.id)) rows?.set(row);
  return writes.map(() => undefined);
}

export async function removeClaims(_at: Instance, writes: { desk: Desk; key: string }[]): Promise<unknown[]> {
  const [desk] = writes.map((write) => write.desk);
  const keys = writes.map(({ key }) => key);
  await asBegun(async () => (await desk?.notes())?.remove(keys));
  const rows = await desk?.rows;
  for (const key of keys) rows?.delete(key);
  return writes.map(() => undefined);
}
