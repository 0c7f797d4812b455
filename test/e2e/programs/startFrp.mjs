// The same as an ES module.
import { execFile, spawn } from 'node:child_process';

const [how, folder, cwd] = process.argv.slice(2);

const ways = {
  spawn: (program) => spawn(`${folder}/${program}`, ['-c', `${program}.toml`], { cwd }),
  execFile: (program) => execFile(`${folder}/${program}`, ['-c', `${program}.toml`], { cwd }, () => {}),
  shell: (program) => spawn('sh', ['-c', `cd '${cwd}'; '${folder}/${program}' -c ${program}.toml; exit $?`]),
};

ways[how]('frps').stdout.resume();
ways[how]('frpc').stdout.resume();
