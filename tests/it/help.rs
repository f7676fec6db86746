//! Help texts: a snapshot of `--help` for the program and each of its commands.
//!
//! A changed snapshot is a changed interface: options and values may be added, but not renamed or
//! removed. `cargo insta review` shows the difference.

use crate::support::cli::{assert_exit, diarium, stdout};

/// The help of a command, 100 columns wide.
fn help(command: &[&str]) -> String {
    let mut program = diarium();
    let program = program.args(command).arg("--help").env("COLUMNS", "100");
    let output = program.output().unwrap();
    assert_exit(&output, 0);
    stdout(&output).replace("diarium.exe", "diarium")
}

/// The names under `Commands:`, without `help`.
fn subcommands(help: &str) -> Vec<&str> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let list = list.take_while(|line| line.starts_with("  "));
    // Other lines continue a description and are indented further.
    let names = list.filter_map(|line| line.strip_prefix("  "));
    let names = names.filter(|line| !line.starts_with(' '));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").collect()
}

fn assert_help_of_each_command(command: &[&str]) {
    let help = help(command);
    let name = [&["diarium"], command].concat().join("-");
    insta::assert_snapshot!(name, help);
    for subcommand in subcommands(&help) {
        assert_help_of_each_command(&[command, &[subcommand]].concat());
    }
}

#[test]
fn help_describes_every_command_and_option() {
    assert_help_of_each_command(&[]);
}

#[test]
fn help_lists_nested_commands() {
    assert_eq!(
        subcommands(&help(&["profile"])),
        ["list", "show", "lint", "test", "new"]
    );
}
