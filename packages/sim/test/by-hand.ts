/** A world of services, an action at a time. */
import { parseAction, type ServiceSystem, ServiceWorld } from '../src/index.js';
import { guarded } from '../src/service/guard.js';

export function byHand<S, Op>(system: ServiceSystem<S, Op>) {
  const world = new ServiceWorld(system);
  const settle = () => guarded(() => world.settle());
  return {
    world,
    settle,
    /** Lets things happen by name; `boot` starts all. */
    play: (...names: string[]) =>
      guarded(async () => {
        for (const name of names) {
          if (name === 'boot') world.boot();
          else world.perform(parseAction(name));
          await world.settle();
        }
      }),
    /** The name of the frame on its way that is meant. */
    frame: (isMeant: (bytes: Uint8Array) => boolean): string =>
      world.network.inOrder().find(({ bytes }) => isMeant(bytes))?.id ?? 'n1>n1:00000000',
    /** Tries it. */
    can: (name: string): boolean => world.tryPerform(parseAction(name)),
  };
}
