#pragma once

#include "app/interchange/GitCheck.h"
#include "app/interchange/ImportRun.h"
#include "app/interchange/ImportSource.h"

#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace keydesk {

class FactsCard;
class RoleLabel;

/// What an import did, key by key where something went wrong, and the offer to take the imported values out
/// of the files that they came from: each place is listed before, and nothing is changed without the button.
class ImportReport : public QWidget
{
    Q_OBJECT

public:
    /// A file that may be cleaned, and where.
    struct Cleanable
    {
        ImportSource source;
        QList<CleaningPlace> places;
    };

    explicit ImportReport(QWidget *parent = nullptr);

    /// `names` are those of the outcomes, in order.
    void show(const QList<ImportOutcome> &outcomes, const QStringList &names, const QList<Cleanable> &files);

private:
    /// One file's part.
    struct File
    {
        Cleanable what;
        FactsCard *facts;
        QPushButton *button;
        std::unique_ptr<GitCheck> git;
        QString gitNote;
        QString outcome;
        bool failed = false;
    };

    void addFile(const Cleanable &file);
    void showFile(File &file);
    void clean(File &file);

    RoleLabel *m_title;
    FactsCard *m_outcomes;
    QVBoxLayout *m_column;
    RoleLabel *m_cleaning;
    std::vector<std::unique_ptr<File>> m_files;
};

} // namespace keydesk
