//! The library in ten lines: print the fields of a document.
//!
//! `cargo run --example extract fixtures/text/application.txt`

use std::env;
use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: extract FILE")?;
    let extractor = diarium::Extractor::builder().build()?;
    let record = extractor.extract(&fs::read(&path)?, &path)?;
    for (name, field) in &record.fields {
        println!("{name}: {}", field.raw);
    }
    Ok(())
}
