//! The command line that all services share. Small enough to read by hand.

use std::ffi::OsString;
use std::path::PathBuf;

/// What `--help` prints after the name of the program.
pub const USAGE: &str = "\
[--config FILE] [COMMAND]

  --config FILE          read this file on top of the compiled-in defaults

Without a command the service runs until it is told to stop (SIGTERM, Ctrl-C).
  --check-config         load the configuration, say whether it can be used, exit
  --print-config         print the configuration in force, secrets redacted, exit
  --migrate              bring the database to this version, exit
  --republish            publish all outbox rows again, with their first ids, exit
    --stream NAME        only those of this stream
  --openapi              print the OpenAPI document, exit
  --version              print the version, exit
  --help                 print this, exit
";

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Serve until told to stop.
    Run,
    /// Load the configuration and say whether it can be used.
    CheckConfig,
    /// Print the configuration in force, redacted.
    PrintConfig,
    /// Bring the database to this version.
    Migrate,
    /// Publish the outbox rows again.
    Republish {
        /// Only those of this stream.
        stream: Option<String>,
    },
    /// Print the OpenAPI document.
    OpenApi,
    /// Print the version.
    Version,
    /// Print [`USAGE`].
    Help,
}

/// A parsed command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cli {
    /// Configuration file on top of the defaults.
    pub config: Option<PathBuf>,
    /// What to do.
    pub command: Command,
}

/// Why a command line cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CliError {
    /// No such option.
    #[error("unknown option {0}: --help lists them")]
    Unknown(String),
    /// The option needs a value after it.
    #[error("{0} needs a value")]
    Valueless(&'static str),
    /// The option stands twice, or two commands stand together.
    #[error("{0} does not go with what stands before it")]
    Clash(String),
}

impl Cli {
    /// Reads the arguments, without the program's name.
    ///
    /// # Errors
    /// [`CliError`], naming the option at fault.
    pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, CliError> {
        let mut args = args.into_iter();
        let (mut config, mut stream, mut command) = (None, None, None);
        while let Some(arg) = args.next() {
            let name = arg.to_string_lossy().into_owned();
            let chosen = match name.as_str() {
                "--config" => {
                    let path = args.next().ok_or(CliError::Valueless("--config"))?;
                    once(&mut config, PathBuf::from(path), &name)?;
                    continue;
                }
                "--stream" => {
                    let value = args.next().ok_or(CliError::Valueless("--stream"))?;
                    once(&mut stream, value.to_string_lossy().into_owned(), &name)?;
                    continue;
                }
                "--check-config" => Command::CheckConfig,
                "--print-config" => Command::PrintConfig,
                "--migrate" => Command::Migrate,
                "--republish" => Command::Republish { stream: None },
                "--openapi" => Command::OpenApi,
                "--version" | "-V" => Command::Version,
                "--help" | "-h" => Command::Help,
                _ => return Err(CliError::Unknown(name)),
            };
            once(&mut command, chosen, &name)?;
        }
        let command = match (command.unwrap_or(Command::Run), stream) {
            (Command::Republish { .. }, stream) => Command::Republish { stream },
            (_, Some(_)) => return Err(CliError::Clash("--stream".into())),
            (command, None) => command,
        };
        Ok(Self { config, command })
    }
}

fn once<T>(place: &mut Option<T>, value: T, name: &str) -> Result<(), CliError> {
    if place.is_some() {
        return Err(CliError::Clash(name.into()));
    }
    *place = Some(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Cli, CliError> {
        Cli::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn without_arguments_the_service_runs() {
        assert_eq!(parse("").unwrap(), Cli { config: None, command: Command::Run });
    }

    #[test]
    fn options_may_stand_in_any_order() {
        let expected = Cli {
            config: Some("a.toml".into()),
            command: Command::Republish { stream: Some("credit".into()) },
        };
        assert_eq!(parse("--republish --stream credit --config a.toml").unwrap(), expected);
        assert_eq!(parse("--config a.toml --stream credit --republish").unwrap(), expected);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        assert_eq!(parse("--chek-config"), Err(CliError::Unknown("--chek-config".into())));
        assert_eq!(parse("--config"), Err(CliError::Valueless("--config")));
        assert_eq!(parse("--migrate --openapi"), Err(CliError::Clash("--openapi".into())));
        assert_eq!(parse("--stream credit"), Err(CliError::Clash("--stream".into())));
    }
}
