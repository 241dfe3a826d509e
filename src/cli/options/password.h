/* --password-file, the password of encrypted inputs, and --key-file, the key of placeholders: neither is ever on the
 * command line, where others can read it. A command has one of them. */
#ifndef CLI_OPTIONS_PASSWORD_H
#define CLI_OPTIONS_PASSWORD_H

struct cli;

/* Reads the first line of the option's file, if it was given, into cli->password. Returns an exit code. */
int password_read(struct cli *cli);
void password_wipe(struct cli *cli);

#endif
