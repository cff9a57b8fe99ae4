/**
 * Plays an incident as it was, through a server of its own and its real doors, under a clock that is moved from step to
 * step, and holds what everybody is told against what they should have been told.
 *
 * **Invariant.** A story does nothing that nobody could do: it has keys, tills, a browser and the staff's console. Only
 * the world before its first instant is made past the doors.
 * **Invariant.** Time stands still between two steps, however long a step takes.
 * Deliberately absent: knowledge of any one incident; what happens and what is expected stands in the scenario.
 */
export { replay, type ReplayOptions, type ReplayServer } from './replay.ts';
export type { Played } from './play.ts';
export { ScenarioWrong, type Scenario, type Step } from './scenario.ts';
