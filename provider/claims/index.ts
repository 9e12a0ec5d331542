import { PartialFailure } from "../ensure";
import type { Instance } from "../instances";
import {
  type ClaimRow,
  cannotTell,
  type ErrorCode,
  HarperError,
  type Note,
  Notes,
  readEndpoint,
} from "../operations-api";
import type { Context, Fail, Inputs, Resource, Tell } from "../resource";
import {
  type Claimant,
  claimId,
  claimRow,
  inTheWay,
  isSaid,
  isSuperseded,
  ownerIn,
  refusal,
  stale,
  toDo,
} from "./claim";
import { byId, claimsIn, type Desk, removeClaims, writeClaims } from "./desk";
import { type Holder, holderOf } from "./holder";
import { Lease, type Times, usualTimes } from "./lease";
import { Twice } from "./twice";

export type { Claimant } from "./claim";
export { type Holder, holderOf } from "./holder";

/** What is kept on instances of who works there; each part can be turned off. */
export interface ClaimSettings {
  lease: "on" | "off";
  claims: "on" | "off";
  holder: Holder;
  times?: Times;
}

/** An object to claim, by the id of its resource. */
export interface Claimed {
  resource: Resource;
  id: string;
  inputs: Inputs;
}

/** What settings say, for the run that a text tells from others on this machine: the address of Pulumi's engine. */
export const claimSettings = ({ lease = "on", claims = "on" }: Partial<ClaimSettings>, run: string): ClaimSettings => ({
  lease,
  claims,
  holder: holderOf(run),
});

const nothing: ClaimSettings = { lease: "off", claims: "off", holder: holderOf("") };

const freshMs = 2000;
/** What is meant, and what says that nothing else can be done there either. */
const passedOn = new Set<ErrorCode>([
  ...(["leased", "claimed", "cancelled"] as const),
  ...(["unreachable", "timeout", "tls", "unauthorised", "gone"] as const),
]);
const releaseMs = 3000;

/** Who else works on the instances (ARCHITECTURE.md, "Others at work"). Where that cannot be kept, all goes on without. */
export class Claims {
  private readonly settings: ClaimSettings;
  private readonly tell: Tell;
  private readonly desks = new Map<string, Desk>();
  private readonly twice = new Twice();

  constructor(settings: ClaimSettings = nothing, tell: Tell = () => {}) {
    this.settings = settings;
    this.tell = tell;
  }

  /** Takes the lease on an instance before this process first writes to it. */
  async hold(at: Instance, { stack }: Claimant = {}): Promise<void> {
    const desk = this.deskOf(at);
    if (this.settings.lease === "off" || desk.isUseless) return;
    await this.orWithout(at, desk, () => desk.lease.hold(stack));
  }

  /** For preview: what is declared twice in this program, or in another stack, as far as either end can be asked. */
  async check(resource: Resource, inputs: Inputs, by: Claimant, context: Context, fail: Fail): Promise<void> {
    const id = await expectedId(resource, inputs, context);
    const identifying = Object.keys(inputs).filter(
      (key) => resource.inputs.shape[key]?.meta()?.replaceOnChanges === true,
    );
    const property = identifying.at(-1) ?? "target";
    const twice = this.twice.clash(resource, id, by);
    if (twice) return fail(property, twice);
    const row = await this.found({ resource, id, inputs }, by, context);
    if (row && inputs.adopt !== "always") fail(property, toDo(row));
    else if (row) context.tell("warning", `${ownerIn(row)}: \`up\` takes it over, as adopt is "always".`);
  }

  /** Refuses only by what is fresh. */
  private async found(
    { resource, id, inputs }: Claimed,
    by: Claimant,
    context: Context,
  ): Promise<ClaimRow | undefined> {
    if (this.settings.claims === "off" || !by.stack) return undefined;
    const key = claimId(resource, id);
    const conflict = (rows: ClaimRow[]) => inTheWay(rows, key, resource.isWhole?.(inputs) ?? false, by);
    for (const { client } of await this.endsOf(resource, id, context)) {
      const read = async () => claimsIn(await new Notes(client, await client.nodeName()).read());
      const share = () => client.share("claims", freshMs, read);
      const row = conflict(await client.shareLast("claims", (last: ClaimRow[]) => !conflict(last), share));
      if (row) return row;
    }
    return undefined;
  }

  /** Makes an object that is claimed before. What was not made, or has another id in the end, is not claimed after. */
  async making<T extends { id: string }>(
    resource: Resource,
    inputs: Inputs,
    by: Claimant,
    context: Context,
    make: () => Promise<T>,
  ): Promise<T> {
    const expected = await expectedId(resource, inputs, context);
    const isNew = await this.take({ resource, id: expected, inputs }, by, context);
    try {
      const made = await make();
      if (made.id === expected) return made;
      await this.take({ resource, id: made.id, inputs }, by, context);
      if (isNew) await this.drop({ resource, id: expected }, by, context);
      return made;
    } catch (error) {
      if (isNew && !(error instanceof PartialFailure)) await this.drop({ resource, id: expected }, by, context);
      throw error;
    }
  }

  /**
   * Claims an object before it is written, with all that arrive together; answers whether nobody had claimed it. Throws
   * `claimed` where another stack has.
   */
  async take({ resource, id, inputs }: Claimed, by: Claimant, context: Context): Promise<boolean> {
    const { stack } = by;
    const desk = this.deskOf(context.at);
    if (this.settings.claims === "off" || desk.isUseless || !stack) return false;
    let isNew = false;
    const [key, whole] = [claimId(resource, id), resource.isWhole?.(inputs) ?? false];
    await this.orWithout(context.at, desk, async () => {
      const [rows = new Map<string, ClaimRow>(), theirs] = await this.rowsOf(resource, id, context);
      const other = inTheWay([...rows.values(), ...(theirs?.values() ?? [])], key, whole, by);
      if (other && inputs.adopt !== "always") throw refusal(`${resource.name} ${id}`, other, context.at.name);
      const there = rows.get(key);
      if (isSaid(there, whole, by)) return;
      const row = claimRow(key, `${resource.name} ${id}`, whole, { ...by, stack }, there);
      await context.at.burst(writeClaims).submit({ desk, row, isThere: there !== undefined });
      const now = (await desk.rows)?.get(key);
      const late = now && inTheWay([now], key, whole, by);
      if (late) throw refusal(`${resource.name} ${id}`, late, context.at.name);
      isNew = there === undefined;
    });
    return isNew;
  }

  /** Why what is to be deleted has to stay: it, or something that goes with it, is another's. */
  async keeps({ resource, id }: Omit<Claimed, "inputs">, by: Claimant, context: Context): Promise<string | undefined> {
    const desk = this.deskOf(context.at);
    if (this.settings.claims === "off" || desk.isUseless) return undefined;
    const key = claimId(resource, id);
    const ends = await this.rowsOf(resource, id, context);
    const all = ends.flatMap((rows) => [...rows.values()]);
    const other = inTheWay(all, key, true, by);
    if (other) return `${resource.name} ${id} stays as it is: ${ownerIn(other)}. ${stale(other)}`;
    const renamed = ends.map((rows) => rows.get(key)).find((row) => isSuperseded(row, by));
    return renamed && `${resource.name} ${id} stays as it is: ${ownerIn(renamed)}, too.`;
  }

  /** A claim goes with its object, or where the object is left to others. That it stays is never worth a failure. */
  async drop({ resource, id }: Omit<Claimed, "inputs">, by: Claimant, context: Context): Promise<void> {
    const desk = this.deskOf(context.at);
    if (this.settings.claims === "off" || desk.isUseless || !desk.rows) return;
    const key = claimId(resource, id);
    await this.orWithout(context.at, desk, async () => {
      const row = (await desk.rows)?.get(key);
      if (row && row.stack === by.stack && !isSuperseded(row, by))
        await context.at.burst(removeClaims).submit({ desk, key });
    });
  }

  /** Gives up what is held, or lets it lapse where that takes long. */
  async release(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, releaseMs);
    const all = Promise.all([...this.desks.values()].map(({ lease }) => lease.release()));
    await Promise.race([all, late.promise]);
    clearTimeout(timer);
  }

  /** What the process works by: read once, under the lease; of the peer, where it can be asked. */
  private async rowsOf(resource: Resource, id: string, context: Context): Promise<Map<string, ClaimRow>[]> {
    const ends = await this.endsOf(resource, id, context);
    return Promise.all(
      ends.map(async (end) => {
        const desk = this.deskOf(end);
        desk.rows ??= desk.notes().then(async (notes) => byId(await notes.read()));
        return desk.rows.catch((error: unknown) => {
          desk.rows = undefined;
          if (end !== context.at && cannotTell(error)) return new Map<string, ClaimRow>();
          throw error;
        });
      }),
    );
  }

  /** The target first. */
  private async endsOf({ mirrored }: Resource, id: string, { at, instances }: Context): Promise<Instance[]> {
    const peer = mirrored ? await instances.reporting(id.split("/")[1] ?? "") : undefined;
    return peer ? [at, peer] : [at];
  }

  /** Nothing of this is worth more than the work itself: what the server refuses to keep is said once. */
  private async orWithout(at: Instance, desk: Desk, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof HarperError) || passedOn.has(error.code)) throw error;
      desk.isUseless = true;
      const text = `Who else works on ${at.name} cannot be told: nothing can be kept there. All goes on without a lease and without claims. ${error.message}`;
      this.tell("warning", text, "instance");
    }
  }

  private deskOf(at: Instance): Desk {
    const { key: origin } = readEndpoint(at.connection.endpoint);
    const known = this.desks.get(origin);
    if (known) return known;
    const { client } = at;
    const notes = async () => new Notes(client, await client.nodeName());
    const { holder, times = usualTimes } = this.settings;
    const seen = (rows: Note[]) => {
      desk.rows = Promise.resolve(byId(rows));
    };
    const lease = new Lease({ client, notes, holder, tell: this.tell, times, seen });
    const desk: Desk = { notes, lease, isUseless: false };
    this.desks.set(origin, desk);
    return desk;
  }
}

async function expectedId(resource: Resource, inputs: Inputs, context: Context): Promise<string> {
  const outputs = await resource.expected?.(inputs, context);
  return resource.id({ ...inputs, ...outputs, instance: await context.at.client.nodeName() });
}
