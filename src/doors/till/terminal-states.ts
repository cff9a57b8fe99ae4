import type { Clock, Instant } from '../../kernel/clock.ts';
import type { Terminal } from './contract.ts';

const HOUR_MS = 3_600_000;

interface TerminalState {
  isSignedOn: boolean | null; // null: it has said nothing yet
  misses: number; // unknown cards since `missesSince`
  missesSince: Instant;
}

/**
 * What the host remembers of its terminals between messages. Lost when it stops, which does no
 * harm.
 */
export interface TerminalStates {
  signOn(terminal: Terminal): void;
  signOff(terminal: Terminal): void;
  isSignedOn(terminal: Terminal, isSignOnNeeded: boolean): boolean;
  /** Counts an unknown card; true when this was the one too many. */
  countMiss(terminal: Terminal): boolean;
  isStopped(terminal: Terminal): boolean;
}

/**
 * Holds one small row per terminal that has spoken, and only known terminals speak: it is bounded.
 */
export function createTerminalStates(clock: Clock): TerminalStates {
  const states = new Map<number, TerminalState>();

  const stateOf = (terminal: Terminal): TerminalState => {
    let state = states.get(terminal.terminalId);
    if (state === undefined) {
      state = { isSignedOn: null, misses: 0, missesSince: 0 };
      states.set(terminal.terminalId, state);
    }
    return state;
  };

  return {
    signOn: (terminal) => {
      stateOf(terminal).isSignedOn = true;
    },
    signOff: (terminal) => {
      stateOf(terminal).isSignedOn = false;
    },
    isSignedOn: (terminal, isSignOnNeeded) => stateOf(terminal).isSignedOn ?? !isSignOnNeeded,
    countMiss: (terminal) => {
      const state = stateOf(terminal);
      const now = clock.now();
      if (now - state.missesSince >= HOUR_MS) {
        state.misses = 0;
        state.missesSince = now;
      }
      state.misses += 1;
      return state.misses === terminal.missesMax + 1;
    },
    isStopped: (terminal) => {
      const state = stateOf(terminal);
      return state.misses > terminal.missesMax && clock.now() - state.missesSince < HOUR_MS;
    },
  };
}
