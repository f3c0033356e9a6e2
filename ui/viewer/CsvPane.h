#pragma once

#include "ui/viewer/CsvTable.h"

class QComboBox;
class QToolButton;

namespace keydesk {

/// Comma-separated values as a table, with what separates them and whether the first row names the columns,
/// both guessed.
class CsvPane : public FilePane
{
    Q_OBJECT

public:
    explicit CsvPane(QWidget *parent = nullptr);
    ~CsvPane() override;

    /// By its type or its name.
    static bool fits(const ShownFile &file);

    void setFile(const ShownFile &file) override;
    void refresh() override;
    void clear() override;
    [[nodiscard]] FindTarget *findTarget() override { return m_table; }
    [[nodiscard]] std::optional<qint64> caret() const override;
    [[nodiscard]] QStringList place() const override;
    [[nodiscard]] QStringList facts() const override;
    [[nodiscard]] CsvTable &table() const { return *m_table; }

private:
    void show(char delimiter);

    std::optional<TextPieces> m_text;
    std::unique_ptr<CsvIndex> m_index;
    CsvTable *m_table;
    QComboBox *m_delimiter;
    QToolButton *m_header;
};

} // namespace keydesk
