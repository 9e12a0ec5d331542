import type { Instance } from "../../instances";
import {
  type ConnectionStatus,
  cannotTell,
  type NodeRow,
  type Pending,
  readPending,
  readPendingAnew,
} from "../../operations-api";
import type { Context } from "../../resource";
import { sentences } from "../pending";

const answerMs = 10_000;
/** Barriers that wait at the same time share their looks. */
const lookMs = 500;

/** What an instance says of itself and its peers at this moment. */
export interface View {
  at: Instance;
  rows: NodeRow[];
  connections: ConnectionStatus[];
  /** Undefined where it is all that it has. */
  databases: string[] | undefined;
  /** What it stores and does not do yet, in sentences. */
  pending: string[];
}

/** One of those that are to be connected: what it says, or why it says nothing. With neither, nobody knows how to ask it. */
export interface Member {
  name: string;
  view?: View | undefined;
  problem?: string | undefined;
}

/** Asks the member that reports a name, as far as it can be asked. */
export async function askMember(name: string, names: readonly string[], context: Context): Promise<Member> {
  const { at, instances } = context;
  const instance = name === (await at.client.nodeName()) ? at : await instances.reporting(name);
  if (!instance) {
    const problem = `${name} does not answer: no instance of harper:instances reports that name, and not all of them answer.`;
    return (await instances.mayBeSilent()) ? { name, problem } : { name };
  }
  const { client } = instance;
  try {
    const view = await client.within("cluster_status", answerMs, viewOf(instance, names));
    return view
      ? { name: await client.nodeName(), view }
      : { name, problem: `${name} does not answer within ${answerMs / 1000} s.` };
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled" || error.code === "gone") throw error;
    return { name, problem: `${name} cannot be asked: ${error.problem}.` };
  }
}

async function viewOf(at: Instance, names: readonly string[]): Promise<View> {
  const { client } = at;
  const [{ connections }, rows, pending, databases] = await Promise.all([
    client.share("cluster_status now", lookMs, () => client.send("cluster_status", {})),
    client.nodes(),
    notFlowing(at, names),
    client.replicatedDatabases(),
  ]);
  return { at, rows, connections, pending, databases };
}

/** A reconnect or a restart that others see to shows only in a history that is read anew. */
async function notFlowing(at: Instance, names: readonly string[]): Promise<string[]> {
  const waits = ({ peer, notFlowing: edges }: Pending) => edges.length > 0 && names.includes(peer);
  if (!(await readPending(at.client)).some(waits)) return [];
  const pending = (await readPendingAnew(at.client)).filter(({ peer }) => names.includes(peer));
  return sentences(
    at,
    pending.map((one) => ({ ...one, stillFlowing: [] })),
  );
}
