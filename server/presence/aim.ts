import { simAbout } from '../../client-sim/docs/sim-docs.ts';
import { choiceParameter, idParameter, optional, textParameter } from '../core/parameters.ts';
import { type Platform, platformClasses } from '../protocol/frames.ts';
import { limits } from '../protocol/limits.ts';
import type { Session } from './session.ts';

/** Sessions of a user: all of them, or one, or those of one platform. */
export interface Aim {
  userId: string;
  sessionId?: string | undefined;
  platform?: Platform | undefined;
}

const platforms = Object.keys(platformClasses) as Platform[];

export const aimParameters = {
  userId: idParameter('userId', simAbout.user),
  sessionId: optional(textParameter('sessionId', limits.sessionIdCharacters, simAbout.sessionId)),
  platform: optional(choiceParameter('platform', platforms, simAbout.onPlatform)),
};

/** Whether a session is among those: what is not named may be any. */
export function isAimedAt(aim: Partial<Aim>, { userId, id, platform }: Omit<Session, 'connection'>): boolean {
  return (
    (aim.userId ?? userId) === userId &&
    (aim.sessionId ?? id) === id &&
    (aim.platform ?? platform) === platform
  );
}
