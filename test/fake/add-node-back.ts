import { authorityPem } from "./certificates";
import type { Instance } from "./instance";
import { ensureNode, ownRecord } from "./node-records";
import type { Fields } from "./store";

export interface BackAnswer {
  name: string;
  ca: string;
  signingAuthority: string;
  shard?: number | undefined;
}

/** What the peer does when it is joined. */
export function addNodeBack(instance: Instance, back: Fields): BackAnswer {
  const signing = instance.authority;
  const record: Fields = { url: back.url, ca: authorityPem(back.csr ? signing : String(back.authority)) };
  if (back.subscriptions) record.subscriptions = back.subscriptions;
  else {
    record.replicates = true;
    record.subscriptions = null;
  }
  if (back.authorization) record.authorization = back.authorization;
  if (back.shard !== undefined) record.shard = back.shard;
  if (record.replicates) {
    const own = ownRecord(instance);
    if (back.authorization) own.authorization = back.authorization;
    ensureNode(instance, instance.name, own);
  }
  ensureNode(instance, back.hostname as string, record);
  const shard = record.replicates ? instance.shard : undefined;
  return { name: instance.name, ca: authorityPem(instance.certificate.issuer), signingAuthority: signing, shard };
}
