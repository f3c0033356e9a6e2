#pragma once

#include "ui/setup/SetupDraft.h"
#include "ui/setup/SetupPage.h"

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QRadioButton;

namespace keydesk {

class FieldProblem;
class NumberedSteps;
class SessionField;

/// "Where the key is": which kind, and whether Keydesk makes it, the dashboard does, or it is at hand.
class SourcePage : public SetupPage
{
    Q_OBJECT

public:
    SourcePage(Core &core, SetupDraft &draft, QWidget *parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("source"); }
    [[nodiscard]] QString step() const override { return tr("Where the key is"); }
    void enter() override;
    bool leave() override;
    void forget() override;
    [[nodiscard]] QWidget *firstField() const override;

Q_SIGNALS:
    /// The steps to come depend on it: a key that is created is not pasted.
    void sourceChanged();

private:
    QRadioButton *addOption(const QString &title, const QString &words, QWidget *detail);
    QWidget *makeSessionPanel();
    QWidget *makeDashboardPanel();
    void showKind();
    void showSource();
    void showSession();
    void openDashboard(const QString &kindId);
    [[nodiscard]] SetupDraft::Source chosen() const;

    QWidget *m_kindRow;
    QComboBox *m_kind;
    QButtonGroup *m_options;
    QLabel *m_sessionLabel = nullptr;
    SessionField *m_session = nullptr;
    QString m_sessionFor; // the draftDestination when it was last edited
    FieldProblem *m_sessionProblem = nullptr;
    NumberedSteps *m_sessionSteps = nullptr;
    QPushButton *m_openForSession = nullptr;
    QCheckBox *m_keepSession = nullptr;
    NumberedSteps *m_steps = nullptr;
    QPushButton *m_open = nullptr;
    QWidget *m_sessionPanel;
    QWidget *m_dashboardPanel;
    QRadioButton *m_create;
    QRadioButton *m_dashboard;
    QRadioButton *m_paste;
    QRadioButton *m_import;
    QWidget *m_createOption = nullptr;
    QWidget *m_dashboardOption = nullptr;
};

} // namespace keydesk
