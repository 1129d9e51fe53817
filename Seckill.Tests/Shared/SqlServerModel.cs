using System.Globalization;
using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Seckill.Tests.Shared;

/// <summary>Checks SQL for SQL Server without a server: a parser reads it, and a model of the schema resolves every name in it.</summary>
internal static class SqlServerModel
{
    /// <summary>What is wrong with a schema and with statements that use it; empty when nothing is.</summary>
    /// <param name="schema">A create script, as EF writes it.</param>
    /// <param name="statements">Parameters need no declaration.</param>
    public static IReadOnlyList<string> Validate(string schema, params IReadOnlyList<string> statements)
    {
        var problems = new List<string>();
        using var model = new TSqlModel(SqlServerVersion.Sql160, new TSqlModelOptions());
        foreach (var batch in Parse(schema, "schema", problems)?.Batches ?? [])
        {
            foreach (var statement in batch.Statements)
            {
                // Rows that come with the schema, and what surrounds them, are no part of a model.
                if (statement is CreateTableStatement or CreateIndexStatement or AlterTableStatement)
                {
                    model.AddObjects(TextOf(statement));
                }
            }
        }

        foreach (var (i, sql) in statements.Index())
        {
            // A model knows statements only as somebody's body.
            var name = string.Create(CultureInfo.InvariantCulture, $"statement {i}");
            if (Parse(sql, name, problems) is { } script)
            {
                var parameters = string.Join(", ", UndeclaredVariables.In(script).Select(variable => $"{variable} bigint"));
                model.AddObjects(
                    $"""
                    CREATE PROCEDURE [dbo].[{name}] {parameters} AS
                    BEGIN
                    {sql}
                    END
                    """);
            }
        }

        problems.AddRange(model.Validate().Where(message => message.MessageType == Microsoft.SqlServer.Dac.DacMessageType.Error).Select(message => message.ToString()));
        return problems;
    }

    private static TSqlScript? Parse(string sql, string name, List<string> problems)
    {
        using var reader = new StringReader(sql);
        var fragment = new TSql170Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        problems.AddRange(errors.Select(e => string.Create(CultureInfo.InvariantCulture, $"{name} ({e.Line},{e.Column}): {e.Message}")));
        return errors.Count == 0 ? (TSqlScript)fragment : null;
    }

    private static string TextOf(TSqlFragment fragment) =>
        string.Concat(Enumerable.Range(fragment.FirstTokenIndex, fragment.LastTokenIndex - fragment.FirstTokenIndex + 1).Select(i => fragment.ScriptTokenStream[i].Text));

    private sealed class UndeclaredVariables : TSqlFragmentVisitor
    {
        private readonly HashSet<string> _used = new(StringComparer.OrdinalIgnoreCase);
        private readonly HashSet<string> _declared = new(StringComparer.OrdinalIgnoreCase);

        public static IEnumerable<string> In(TSqlFragment fragment)
        {
            var visitor = new UndeclaredVariables();
            fragment.Accept(visitor);
            return visitor._used.Except(visitor._declared);
        }

        public override void Visit(VariableReference node) => _used.Add(node.Name);

        public override void Visit(DeclareVariableElement node) => _declared.Add(node.VariableName.Value);

        public override void Visit(DeclareTableVariableBody node) => _declared.Add(node.VariableName.Value);
    }
}
