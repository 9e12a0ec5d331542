import { Session } from "node:inspector/promises";

interface Frame {
  callFrame: { url: string };
  selfSize: number;
  children: Frame[];
}

/**
 * Bytes that code below `provider/` allocates while the work is done, what is collected meanwhile included, as V8 samples
 * them: within some percent the same each time, on a busy machine as on an idle one. What the stand-in allocates in the
 * same process does not count.
 */
export async function allocated(work: () => Promise<unknown>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post("HeapProfiler.startSampling", {
      samplingInterval: 4096,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    } as never);
    await work();
    const { profile } = await session.post("HeapProfiler.stopSampling");
    return ours(profile.head as Frame, false);
  } finally {
    session.disconnect();
  }
}

function ours({ callFrame, selfSize, children }: Frame, isBelow: boolean): number {
  const counts = isBelow || /\/(provider|topology)\/(?!.*\.test\.)/.test(callFrame.url);
  return children.reduce((sum, child) => sum + ours(child, counts), counts ? selfSize : 0);
}
