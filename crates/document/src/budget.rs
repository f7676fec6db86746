//! Budget: rows and totals, in kronor or in another currency.
//!
//! Records name the currency in the keys: `amount_sek` for kronor, `currency` and `amount` for any other,
//! so that nobody adds euros to kronor. The types have one amount and one currency for both.

use serde::{Deserialize, Serialize};

use super::Span;

/// A budget: rows and totals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenBudget", into = "WrittenBudget")]
pub struct Budget {
    /// The currency (ISO 4217) of all amounts, unless it is the krona.
    pub currency: Option<String>,
    /// The rows, in order.
    pub items: Vec<BudgetItem>,
    /// The total that the document states, in whole units of the currency.
    pub stated_total: Option<i64>,
    /// The sum of the rows, in whole units of the currency.
    pub computed_total: i64,
    /// Whether the two are equal; null if no total is stated.
    pub consistent: Option<bool>,
}

/// One row of a budget.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetItem {
    /// What the amount is for.
    pub label: String,
    /// Whole units of the budget's currency; negative for a deduction.
    pub amount: i64,
    /// Confidence, 0 to 1; absent in records of version 1.
    pub confidence: Option<f64>,
    /// Position of the row.
    pub span: Span,
}

impl Budget {
    /// The name of an amount's key in a record: `amount_sek`, or `amount` with another currency.
    pub fn key(&self, name: &str) -> String {
        match self.currency {
            None => format!("{name}_sek"),
            Some(_) => name.to_owned(),
        }
    }
}

/// A budget as records contain it.
#[derive(Serialize, Deserialize)]
struct WrittenBudget {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    items: Vec<WrittenItem>,
    // Two levels: the outer one is the key, the inner one is its value, which is null if the document
    // states no total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stated_total_sek: Option<Option<i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stated_total: Option<Option<i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    computed_total_sek: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    computed_total: Option<i64>,
    consistent: Option<bool>,
}

/// A row as records contain it.
#[derive(Serialize, Deserialize)]
struct WrittenItem {
    label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount_sek: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
    span: Span,
}

/// The amount of two keys that the currency allows; an error if the other key is there, or none.
fn amount(
    is_kronor: bool,
    sek: Option<i64>,
    other: Option<i64>,
    names: [&'static str; 2],
) -> Result<i64, String> {
    let [in_kronor, in_another] = names;
    match (is_kronor, sek, other) {
        (true, Some(amount), None) | (false, None, Some(amount)) => Ok(amount),
        (true, ..) => Err(format!(
            "a budget in kronor has {in_kronor} and no {in_another}"
        )),
        (false, ..) => Err(format!(
            "a budget with a currency has {in_another} and no {in_kronor}"
        )),
    }
}

impl TryFrom<WrittenBudget> for Budget {
    type Error = String;

    fn try_from(written: WrittenBudget) -> Result<Self, String> {
        let is_kronor = written.currency.is_none();
        let item = |item: WrittenItem| {
            let names = ["amount_sek", "amount"];
            Ok(BudgetItem {
                amount: amount(is_kronor, item.amount_sek, item.amount, names)?,
                label: item.label,
                confidence: item.confidence,
                span: item.span,
            })
        };
        let (sek, other) = (written.computed_total_sek, written.computed_total);
        let names = ["computed_total_sek", "computed_total"];
        let stated = if is_kronor {
            written.stated_total_sek
        } else {
            written.stated_total
        };
        let items = written.items.into_iter().map(item);
        Ok(Self {
            computed_total: amount(is_kronor, sek, other, names)?,
            items: items.collect::<Result<_, String>>()?,
            stated_total: stated.flatten(),
            consistent: written.consistent,
            currency: written.currency,
        })
    }
}

impl From<Budget> for WrittenBudget {
    fn from(budget: Budget) -> Self {
        let is_kronor = budget.currency.is_none();
        let item = |item: BudgetItem| WrittenItem {
            label: item.label,
            amount_sek: is_kronor.then_some(item.amount),
            amount: (!is_kronor).then_some(item.amount),
            confidence: item.confidence,
            span: item.span,
        };
        Self {
            stated_total_sek: is_kronor.then_some(budget.stated_total),
            stated_total: (!is_kronor).then_some(budget.stated_total),
            computed_total_sek: is_kronor.then_some(budget.computed_total),
            computed_total: (!is_kronor).then_some(budget.computed_total),
            items: budget.items.into_iter().map(item).collect(),
            consistent: budget.consistent,
            currency: budget.currency,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(keys: [&str; 3], currency: Option<&str>) -> serde_json::Value {
        let [amount, stated, computed] = keys;
        let span = json!({ "page": 1, "start": 0, "end": 9 });
        let item = json!({ "label": "Resor", amount: 7, "span": span });
        let mut budget = json!({ "items": [item], stated: null, computed: 7, "consistent": null });
        if let Some(currency) = currency {
            budget["currency"] = json!(currency);
        }
        budget
    }

    #[test]
    fn the_keys_name_kronor_and_leave_another_currency_to_its_own_key() {
        let kronor = written(
            ["amount_sek", "stated_total_sek", "computed_total_sek"],
            None,
        );
        let euros = written(["amount", "stated_total", "computed_total"], Some("EUR"));
        for value in [kronor, euros] {
            let budget: Budget = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(budget.items[0].amount, 7);
            assert_eq!(serde_json::to_value(&budget).unwrap(), value);
        }
    }

    #[test]
    fn an_amount_under_the_key_of_another_currency_is_an_error() {
        let euros = written(
            ["amount_sek", "stated_total", "computed_total"],
            Some("EUR"),
        );
        let kronor = written(["amount_sek", "stated_total_sek", "computed_total"], None);
        for value in [euros, kronor] {
            assert!(serde_json::from_value::<Budget>(value).is_err());
        }
    }
}
