import type { Instance } from "../instances";
import {
  cannotTell,
  type ErrorCode,
  forAll,
  HarperError,
  isPassing,
  type Note,
  Notes,
  notesOperations,
  readEndpoint,
} from "../operations-api";
import type { Context, Resource, Tell } from "../resource";
import type { Claimant, Claimed } from "./claim";
import type { Desk } from "./desk";
import { type Holder, holderOf } from "./holder";
import { Lease, type Times, usualTimes } from "./lease";
import { ClaimRows } from "./rows";

/** What is kept on instances of who works there; each part can be turned off. */
export interface ClaimSettings {
  lease: "on" | "off";
  claims: "on" | "off";
  holder: Holder;
  times?: Times;
}

/** What settings say, for the run that a text tells from others on this machine: the address of Pulumi's engine. */
export const claimSettings = ({ lease = "on", claims = "on" }: Partial<ClaimSettings>, run: string): ClaimSettings => ({
  lease,
  claims,
  holder: holderOf(run),
});

/** Who refuses the table itself, for good. All else is meant, or says that nothing can be done there at the moment. */
const isRefusalOfTable = (error: unknown): error is HarperError =>
  error instanceof HarperError && tableOperations.has(error.operation) && refusals.has(error.code) && !isPassing(error);
const tableOperations = new Set<string>([...Object.keys(notesOperations), "search_by_value", "lease"]);
const refusals = new Set<ErrorCode>([
  "forbidden",
  "invalid",
  "unsupportedOperation",
  "notFound",
  "notApplied",
  "failed",
]);

const releaseMs = 3000;

/** The desk of each instance that this process works on. */
export class Desks {
  private readonly settings: ClaimSettings;
  private readonly tell: Tell;
  private readonly known = new Map<string, Desk>();
  /** That of the run, as its first write says it; what is written to a peer beside says none. */
  private stack: string | undefined;

  constructor(settings: ClaimSettings, tell: Tell) {
    this.settings = settings;
    this.tell = tell;
  }

  /** Takes the lease on an instance before this process first writes to it. */
  async hold(at: Instance, { stack }: Claimant = {}): Promise<void> {
    this.stack ??= stack;
    const desk = this.of(at);
    if (this.settings.lease === "off" || desk.isUseless) return;
    await this.orWithout(at, desk, () => desk.lease.hold(stack));
  }

  /** Lets the run's other processes know that the topology was as expected before anything was written. */
  async approve(at: Instance, topology: string): Promise<void> {
    const desk = this.of(at);
    if (this.settings.lease === "on" && !desk.isUseless)
      await this.orWithout(at, desk, () => desk.lease.approve(topology));
  }

  /** Whether a process of this run has found it so; one that cannot be asked knows of none. */
  async isApproved(at: Instance, topology: string): Promise<boolean> {
    if (this.settings.lease === "off") return false;
    return this.of(at)
      .lease.isApproved(topology)
      .catch(() => false);
  }

  /** Gives up what is held, or lets it lapse where that takes long. */
  async release(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, releaseMs);
    const all = Promise.all([...this.known.values()].map(({ lease }) => lease.release()));
    await Promise.race([all, late.promise]);
    clearTimeout(timer);
  }

  /** What the process works by: read once, under the lease; of the peer, where it can be asked. */
  async rowsOf({ resource, id }: Omit<Claimed, "inputs">, { stack }: Claimant, context: Context): Promise<ClaimRows[]> {
    const ends = await this.endsOf(resource, id, context);
    return Promise.all(
      ends.map(async (end) => {
        const desk = this.of(end);
        desk.rows ??= forAll(async () => new ClaimRows(stack, await (await desk.notes()).read()));
        return desk.rows.catch((error: unknown) => {
          desk.rows = undefined;
          if (end !== context.at && cannotTell(error)) return new ClaimRows(stack);
          throw error;
        });
      }),
    );
  }

  /** The target first. */
  async endsOf({ mirrored }: Resource, id: string, { at, instances }: Context): Promise<Instance[]> {
    const peer = mirrored ? await instances.reporting(id.split("/")[1] ?? "") : undefined;
    return peer ? [at, peer] : [at];
  }

  /** Nothing of this is worth more than the work itself: what the server refuses to keep is said once. */
  async orWithout(at: Instance, desk: Desk, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isRefusalOfTable(error)) throw error;
      desk.isUseless = true;
      const text = `Who else works on ${at.name} cannot be told: nothing can be kept there. All goes on without a lease and without claims. ${error.message}`;
      this.tell("warning", text, "instance");
    }
  }

  of(at: Instance): Desk {
    const { key: origin } = readEndpoint(at.connection.endpoint);
    const known = this.known.get(origin);
    if (known) return Object.assign(known, { client: at.client });
    const client = () => desk.client;
    const notes = async () => new Notes(client(), await client().nodeName());
    const { holder, times = usualTimes } = this.settings;
    const seen = (rows: Note[]) => {
      desk.rows = Promise.resolve(new ClaimRows(this.stack, rows));
    };
    const lease = new Lease({ client, notes, holder, tell: this.tell, times, seen });
    const desk: Desk = { client: at.client, notes, lease, isUseless: false };
    this.known.set(origin, desk);
    return desk;
  }
}
