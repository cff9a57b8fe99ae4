import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of processor time that a process and all its children have used, from /proc. */
export function cpuSeconds(rootPid: number): number {
  const ticks = processTree(rootPid).reduce((sum, pid) => sum + ticksOf(pid), 0);
  return ticks / TICKS_PER_SECOND;
}

/** Resident memory of one process in MB. */
export function residentMb(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? 0) / 1024;
}

const TICKS_PER_SECOND = 100; // USER_HZ, fixed on Linux

function ticksOf(pid: number): number {
  const fields = statOf(pid);
  // utime and stime, and those of children that have ended
  return [13, 14, 15, 16].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
}

function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    const parent = Number(statOf(Number(name))[3] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (let index = 0; index < tree.length; index += 1)
    tree.push(...(children.get(tree[index]!) ?? []));
  return tree;
}

/** Fields of /proc/pid/stat; the command's name may hold spaces and is folded to one field. */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/\(.*\)/s, 'name')
      .trim()
      .split(' ');
  } catch {
    return []; // it ended meanwhile
  }
}
