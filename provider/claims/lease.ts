import {
  asBegun,
  forAll,
  type HarperClient,
  HarperError,
  hasBegun,
  type LeaseRow,
  type Note,
  type Notes,
} from "../operations-api";
import type { Tell } from "../resource";
import { type Holder, isGone } from "./holder";

/** How long a lease lasts unrenewed, how long to wait for somebody else's, and how often to look. Tests are quicker. */
export interface Times {
  lifetimeMs: number;
  patienceMs: number;
  pollMs: number;
}
export const usualTimes: Times = { lifetimeMs: 60_000, patienceMs: 150_000, pollMs: 2000 };

interface Surroundings {
  /** Of whoever works there at the moment. */
  client: () => HarperClient;
  notes: () => Promise<Notes>;
  holder: Holder;
  tell: Tell;
  times: Times;
  /** Told all rows there are when it is taken. */
  seen: (rows: Note[]) => void;
}

/**
 * The right of this process's run to write to one instance. Each puts a row of its own and then reads: it holds the lease
 * where it sees no row of another run. Of two, one at least sees the other, so both never hold it.
 */
export class Lease {
  private readonly around: Surroundings;
  private held: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isPut = false;
  private approved: string | undefined;
  private renewedAt = 0;
  /** What the server's clock has more than ours. */
  private aheadMs = 0;

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** Resolves when this run holds the lease; waits for another one with bounded patience, then throws `leased`. */
  async hold(stack?: string): Promise<void> {
    try {
      await this.holding(stack);
    } catch (error) {
      const isOthers = error instanceof HarperError && error.code === "cancelled";
      // Somebody else's wait was given up, and this work is not.
      if (isOthers && hasBegun()) return this.hold(stack);
      throw error;
    }
  }

  private holding(stack?: string): Promise<void> {
    if (this.renewedAt > 0 && Date.now() - this.renewedAt > this.around.times.lifetimeMs) this.lose();
    this.held ??= forAll(() => this.take(stack)).catch((error: unknown) => {
      // Who waited in vain says so to all that come after; else the next one tries.
      if (!(error instanceof HarperError) || error.code !== "leased") this.held = undefined;
      throw error;
    });
    return this.held;
  }

  /** Gives it up. Whatever goes wrong: it lapses. */
  async release(): Promise<void> {
    await this.held?.catch(() => {});
    this.lose();
    if (this.isPut) await asBegun(() => this.withdraw()).catch(() => {});
  }

  /** Lets the run's other processes know that the topology was as expected before anything was written. */
  async approve(topology: string): Promise<void> {
    this.approved = topology;
    if (this.isPut) await (await this.around.notes()).update([{ id: this.rowId, approved: topology }]);
  }

  /** Whether a process of this run has found it so. */
  async isApproved(topology: string): Promise<boolean> {
    const rows = leasesIn(await (await this.around.notes()).read());
    return rows.some((row) => row.approved === topology && row.run === this.around.holder.run && !this.isLapsed(row));
  }

  private async take(stack: string | undefined): Promise<void> {
    const { tell, times } = this.around;
    const client = this.around.client();
    const until = Date.now() + times.patienceMs;
    let waitsFor = "";
    for (let others = await this.attempt(stack); ; ) {
      const [first] = others;
      if (!first) break;
      if (Date.now() >= until) throw leased(client.name, first, this.ageMs(first), times.patienceMs);
      if (waitsFor !== first.id)
        tell("info", `Waiting for ${client.name}: ${holderIn(first, this.ageMs(first))} writes to it.`, "instance");
      waitsFor = first.id;
      await client.pause("lease", times.pollMs * (0.5 + Math.random()));
      others = this.blocking(leasesIn(await (await this.around.notes()).read()));
      if (others.length > 0) continue;
      others = await this.attempt(stack);
    }
    // What was read before may be what the holder before has changed.
    client.forget();
    this.renewedAt = Date.now();
    this.timer = setInterval(() => void asBegun(() => this.renew()), times.lifetimeMs / 3);
    this.timer.unref();
  }

  /** Puts our row and looks; takes it back where somebody else's is there. */
  private async attempt(stack: string | undefined, tries = 3): Promise<LeaseRow[]> {
    const { holder, times } = this.around;
    const { id: _, ...who } = holder;
    const notes = await this.around.notes();
    this.isPut = true;
    const { approved } = this;
    const row = { id: this.rowId, kind: "lease" as const, ...who, stack, lifetime: times.lifetimeMs / 1000, approved };
    // One that has lapsed may be there still: it is ours again only with the time of now.
    if ((await notes.insert([row])).length > 0) await notes.update([row]);
    const all = await notes.read();
    const rows = leasesIn(all);
    const own = rows.find(({ id }) => id === this.rowId);
    if (!own && tries > 1) return this.attempt(stack, tries - 1);
    if (!own)
      throw new HarperError("notApplied", {
        operation: "lease",
        instance: this.around.client().name,
        problem: "the row that was put is not there",
      });
    this.aheadMs = own.__updatedtime__ - Date.now();
    await notes.remove(rows.filter((row) => row !== own && this.isLapsed(row)).map(({ id }) => id));
    let others = this.blocking(rows);
    // Of those who come at the same time all but the first go; it looks again when they are gone.
    for (let looks = firstLooks; looks > 0 && isFirst(own, others); looks--) {
      await this.around.client().pause("lease", times.pollMs / 10);
      others = this.blocking(leasesIn(await notes.read()));
    }
    if (others.length > 0) await this.withdraw();
    else this.around.seen(all);
    return others;
  }

  /** The rows of other runs that count, the oldest first. */
  private blocking(rows: LeaseRow[]): LeaseRow[] {
    const others = rows.filter((row) => row.run !== this.around.holder.run && !this.isLapsed(row));
    return others.sort((one, other) => one.__createdtime__ - other.__createdtime__);
  }

  private async renew(): Promise<void> {
    const { client, tell, holder } = this.around;
    const { name } = client();
    try {
      const gone = await (await this.around.notes()).update([{ id: this.rowId, pid: holder.pid }]);
      this.renewedAt = Date.now();
      if (gone.length === 0) return;
      tell(
        "warning",
        `The lease on ${name} was broken by somebody. It is taken again before the next write.`,
        "instance",
      );
      this.lose();
    } catch {
      // It is tried again, and lapses if it has to.
    }
  }

  private async withdraw(): Promise<void> {
    await (await this.around.notes()).remove([this.rowId]);
    this.isPut = false;
  }

  private lose(): void {
    clearInterval(this.timer);
    this.held = undefined;
    this.renewedAt = 0;
  }

  private get rowId(): string {
    return `lease ${this.around.holder.id}`;
  }

  private ageMs = (row: LeaseRow) => Date.now() + this.aheadMs - row.__createdtime__;

  private isLapsed(row: LeaseRow): boolean {
    const idleMs = Date.now() + this.aheadMs - row.__updatedtime__;
    return idleMs > row.lifetime * 1000 || isGone(row, this.around.holder);
  }
}

export const leasesIn = (rows: Note[]): LeaseRow[] => rows.filter((row) => row.kind === "lease");

const firstLooks = 5;
const isFirst = (own: LeaseRow, [other]: LeaseRow[]): boolean =>
  other !== undefined && own.__createdtime__ < other.__createdtime__;

/** `alice@build-7 (process 4711, stack shop/prod, since 12 s)`. */
export const holderIn = ({ who, pid, stack }: LeaseRow, ageMs: number): string =>
  `${who} (process ${pid}, ${stack ? `stack ${stack}, ` : ""}since ${Math.max(0, Math.round(ageMs / 1000))} s)`;

const leased = (instance: string, row: LeaseRow, ageMs: number, patienceMs: number) =>
  new HarperError("leased", {
    operation: "lease",
    instance,
    problem: `${holderIn(row, ageMs)} is writing to it, and did not end within the ${Math.round(patienceMs / 1000)} s that this run waited`,
    advice: `Run it again when that is done. A process that is gone holds it ${row.lifetime} s longer; \`pulumi-harper lease ${instance} --break\` takes it away at once. Nothing was changed.`,
  });
