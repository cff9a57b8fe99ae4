import { z } from 'zod';
import { REASON_MIN } from '../kernel/reason.ts';

/** Why somebody asks for something, in their own words, as every form of the console takes it. */
export const reasonText = (max: number) => z.string().trim().min(REASON_MIN).max(max);
