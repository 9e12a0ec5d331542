import { hostOf } from "../../provider/operations-api/routes";
import type { Member } from "../model";
import { type ProgramResource, textIn } from "./resource";

/**
 * What instances are called: a program names them as `harper:instances` does, and Harper as they report themselves.
 * Resources that are there tell which is which; so do instances that were asked.
 */
export class Names {
  readonly members: Record<string, Member> = {};
  private readonly byReported = new Map<string, string>();
  private readonly byUrn = new Map<string, ProgramResource>();

  constructor(resources: readonly ProgramResource[], known: Record<string, string> = {}) {
    for (const [name, reports] of Object.entries(known)) this.note(name, reports);
    for (const resource of resources) {
      this.byUrn.set(resource.urn, resource);
      const { inputs, outputs } = resource;
      this.note(targetIn(inputs), textIn(outputs?.instance));
      if (resource.type === "Node") this.note(textIn(inputs.peer), textIn(outputs?.name));
    }
    // What is only planned: a node is expected to report its host.
    for (const { type, inputs } of resources)
      if (type === "Node") this.note(textIn(inputs.peer), hostIn(inputs), "expected");
  }

  /** The instance on which a resource is declared. */
  targetOf({ inputs, outputs }: ProgramResource): string {
    return this.named(targetIn(inputs) ?? this.ofReported(textIn(outputs?.instance)) ?? "default");
  }

  /** The peer of a Node, or of the Node that a Subscription is one of. */
  peerOf({ type, inputs, outputs, comesFrom }: ProgramResource): string | undefined {
    if (type !== "Node") {
      const node = textIn(inputs.node);
      if (node) return this.named(this.ofReported(node) ?? node);
      const [source] = (comesFrom.node ?? []).flatMap((urn) => this.byUrn.get(urn) ?? []);
      return source && this.peerOf(source);
    }
    const reported = textIn(outputs?.name) ?? hostIn(inputs);
    const name = textIn(inputs.peer) ?? this.ofReported(reported);
    return name === undefined ? undefined : this.named(name);
  }

  /** By the name that Harper knows it by. */
  ofReported(reported: string | undefined): string | undefined {
    return reported === undefined ? undefined : (this.byReported.get(reported.toLowerCase()) ?? reported);
  }

  private named(name: string): string {
    this.members[name] ??= {};
    return name;
  }

  private note(name: string | undefined, reports: string | undefined, how: "reported" | "expected" = "reported"): void {
    if (name === undefined || reports === undefined) return;
    const key = reports.toLowerCase();
    if (!this.byReported.has(key)) this.byReported.set(key, name);
    const known = this.byReported.get(key) ?? name;
    this.members[known] ??= {};
    if (how === "reported") this.members[known].reports ??= reports;
  }
}

function targetIn({ target }: Record<string, unknown>): string | undefined {
  if (typeof target !== "object") return textIn(target);
  const endpoint = textIn(Object(target).endpoint);
  return endpoint && hostOf(endpoint);
}

const hostIn = ({ hostname, url }: Record<string, unknown>): string | undefined =>
  textIn(hostname) ?? hostOf(textIn(url) ?? "");
