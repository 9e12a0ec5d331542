import { hostOf } from "../../provider/operations-api/routes";
import type { Member } from "../model";
import { type ProgramResource, textIn } from "./resource";

/**
 * What instances are called: a program names them as `harper:instances` does, and Harper as they report themselves.
 * Resources that are there tell which is which; so do instances that were asked.
 */
export class Names {
  /** Those that were asked for. */
  readonly members: Record<string, Member> = {};
  private readonly byReported = new Map<string, string>();
  private readonly reported = new Map<string, string>();
  private readonly byUrn: ReadonlyMap<string, ProgramResource>;
  /** Whom a resource without a target means. */
  private readonly sole: string;

  /** `known`: names that instances report. `others`: resources that may tell, too, as the other side of a plan does. */
  constructor(
    program: readonly ProgramResource[],
    known: Record<string, string> = {},
    others: readonly ProgramResource[] = [],
  ) {
    this.byUrn = new Map(program.map((resource) => [resource.urn, resource]));
    const all = [...program, ...others];
    for (const [name, reports] of Object.entries(known)) this.note(name, reports);
    for (const { type, inputs, outputs } of all) {
      this.note(textIn(inputs.target), textIn(outputs?.instance));
      if (type === "Node") this.note(textIn(inputs.peer), textIn(outputs?.name));
    }
    // An address may be none of its names; and of what is only planned, a node is expected to report its host.
    for (const { type, inputs, outputs } of all)
      if (type === "Node") this.alias(hostIn(inputs), this.ofReported(textIn(outputs?.name)) ?? textIn(inputs.peer));
    const made = all.find(({ inputs, outputs }) => inputs.target === undefined && textIn(outputs?.instance));
    const names = Object.keys(known);
    this.sole =
      this.ofReported(textIn(made?.outputs?.instance)) ?? (names.length === 1 ? names[0] : undefined) ?? "default";
  }

  /** The instance on which a resource is declared. */
  targetOf({ name, inputs, outputs }: ProgramResource): string {
    const { target } = inputs;
    const said = textIn(target) ?? this.ofReported(textIn(outputs?.instance)) ?? this.ofEndpoint(target);
    // A connection of its own is secret as a whole: whose it is, is not told.
    return this.named(said ?? (target === undefined ? this.sole : `target of ${name}`));
  }

  /** The peer of a Node, or of the Node that a Subscription is one of. */
  peerOf({ type, inputs, outputs, comesFrom }: ProgramResource): string | undefined {
    if (type !== "Node") {
      const node = textIn(inputs.node);
      if (node) return this.named(this.ofReported(node) ?? node);
      const [source] = (comesFrom.node ?? []).flatMap((urn) => this.byUrn.get(urn) ?? []);
      return source && this.peerOf(source);
    }
    const name = textIn(inputs.peer) ?? this.ofReported(textIn(outputs?.name) ?? hostIn(inputs));
    return name === undefined ? undefined : this.named(name);
  }

  /** By the name that Harper knows it by. */
  ofReported(reported: string | undefined): string | undefined {
    return reported === undefined ? undefined : (this.byReported.get(reported.toLowerCase()) ?? reported);
  }

  private ofEndpoint(target: unknown): string | undefined {
    const endpoint = textIn(Object(target).endpoint);
    if (endpoint === undefined || !URL.canParse(endpoint)) return undefined;
    return this.byReported.get((hostOf(endpoint) ?? "").toLowerCase()) ?? new URL(endpoint).host;
  }

  private named(name: string): string {
    const reports = this.reported.get(name);
    this.members[name] ??= reports === undefined ? {} : { reports };
    return name;
  }

  private note(name: string | undefined, reports: string | undefined): void {
    if (name === undefined || reports === undefined) return;
    this.alias(reports, name);
    const known = this.byReported.get(reports.toLowerCase()) ?? name;
    if (!this.reported.has(known)) this.reported.set(known, reports);
  }

  private alias(reported: string | undefined, name: string | undefined): void {
    const key = reported?.toLowerCase();
    if (key !== undefined && name !== undefined && !this.byReported.has(key)) this.byReported.set(key, name);
  }
}

const hostIn = ({ hostname, url }: Record<string, unknown>): string | undefined =>
  textIn(hostname) ?? hostOf(textIn(url) ?? "");
