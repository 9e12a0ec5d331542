import { fakeWorld } from "./fake-world";
import { lifecycleSuite } from "./suite";

lifecycleSuite("the stand-in", async () => (await fakeWorld()).world);
