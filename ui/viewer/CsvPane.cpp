#include "ui/viewer/CsvPane.h"

#include "ui/console/PaneParts.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QFileInfo>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace keydesk {

CsvPane::CsvPane(QWidget *parent)
    : FilePane(parent)
    , m_table(new CsvTable)
    , m_delimiter(new QComboBox(this))
    , m_header(new QToolButton)
{
    m_table->setAccessibleName(tr("Table"));
    m_delimiter->addItem(tr("Comma"), int(','));
    m_delimiter->addItem(tr("Semicolon"), int(';'));
    m_delimiter->addItem(tr("Tab"), int('\t'));
    m_delimiter->addItem(tr("Bar"), int('|'));
    m_delimiter->setProperty("compact", true);
    m_header->setText(tr("Header row"));
    m_header->setToolTip(tr("The first row names the columns"));
    m_header->setAccessibleName(m_header->toolTip());
    m_header->setCheckable(true);
    m_header->setAutoRaise(true);
    m_header->setProperty("compact", true);
    auto *options = new FootBar;
    options->row()->addWidget(nameCombo(m_delimiter, tr("Separated by"), true));
    options->row()->addWidget(m_delimiter);
    options->row()->addWidget(m_header);
    options->row()->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_table, 1);
    column->addWidget(options);
    connect(m_table, &CsvTable::currentChanged, this, &CsvPane::placeChanged);
    connect(m_delimiter, &QComboBox::activated, this,
            [this] { show(char(m_delimiter->currentData().toInt())); });
    connect(m_header, &QToolButton::toggled, this,
            [this](bool hasHeader) { m_table->setIndex(m_index.get(), hasHeader); });
    setFocusProxy(m_table);
}

CsvPane::~CsvPane() = default;

bool CsvPane::fits(const ShownFile &file)
{
    const QString suffix = QFileInfo(file.name).suffix().toLower();
    return file.isText && (suffix == u"csv"_s || suffix == u"tsv"_s || suffix == u"tab"_s ||
                           file.mimeType == "text/csv" || file.mimeType == "text/tab-separated-values");
}

void CsvPane::setFile(const ShownFile &file)
{
    m_text = file.text;
    show(guessDelimiter(file.text));
}

void CsvPane::show(char delimiter)
{
    auto index = std::make_unique<CsvIndex>(CsvRows(*m_text, delimiter));
    connect(index.get(), &CsvIndex::grew, this, [this] {
        m_table->refresh();
        Q_EMIT placeChanged();
    });
    index->start();
    m_delimiter->setCurrentIndex(m_delimiter->findData(int(delimiter)));
    {
        const QSignalBlocker quiet(m_header);
        m_header->setChecked(hasHeaderRow(index->rows()));
    }
    m_table->setSearch(nullptr);
    m_table->setIndex(index.get(), m_header->isChecked());
    m_index = std::move(index); // and the one before ends
    Q_EMIT searchedTextChanged();
}

void CsvPane::refresh()
{
    m_index->start();
    m_table->refresh();
}

void CsvPane::clear()
{
    m_table->setSearch(nullptr);
    m_table->setIndex(nullptr, false);
    m_index.reset();
    m_text.reset();
    Q_EMIT searchedTextChanged();
}

std::optional<qint64> CsvPane::caret() const
{
    return m_table->selection().begin;
}

QStringList CsvPane::place() const
{
    if (m_table->rowCount() == 0)
        return {};
    const CsvTable::Place current = m_table->current();
    const CsvTable::Place anchor = m_table->anchor();
    QStringList words;
    if (current.row >= m_table->firstRow())
        words << tr("Row %1").arg(locale().toString(current.row - m_table->firstRow() + 1));
    words << (m_table->hasHeader() ? m_table->columnName(current.column)
                                   : tr("Column %1").arg(current.column + 1));
    if (!(anchor == current))
        words << tr("%1 × %2 selected")
                     .arg(locale().toString(std::abs(current.row - anchor.row) + 1),
                          locale().toString(std::abs(current.column - anchor.column) + 1));
    return words;
}

QStringList CsvPane::facts() const
{
    if (!m_index)
        return {};
    const QString rows = locale().toString(std::max<qint64>(0, m_table->rowCount() - m_table->firstRow()));
    return {m_index->isComplete() ? tr("%1 rows").arg(rows) : tr("%1 rows so far").arg(rows),
            tr("%1 columns").arg(locale().toString(m_table->columnCount()))};
}

} // namespace keydesk
