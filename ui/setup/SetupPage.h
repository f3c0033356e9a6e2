#pragma once

#include <QWidget>

class QVBoxLayout;

namespace keydesk {

struct Core;
struct SetupDraft;
class RoleLabel;

/// One page of the setup flow: reads the draft when it is entered, writes it when it is left. It never
/// stores.
class SetupPage : public QWidget
{
    Q_OBJECT

public:
    SetupPage(Core &core, SetupDraft &draft, QWidget *parent = nullptr);

    /// A stable name for remembering where the flow was left.
    [[nodiscard]] virtual QString id() const = 0;
    [[nodiscard]] virtual QString step() const = 0; ///< its line in the rail
    virtual void enter() = 0;
    /// Writes the draft. False: the reason is shown at its place and the flow stays here.
    virtual bool leave() = 0;
    /// The dialog closes or another provider was chosen: fields with tokens are emptied, calls are cancelled.
    virtual void forget() {}
    [[nodiscard]] virtual QWidget *firstField() const = 0;

Q_SIGNALS:
    void nextRequested();

protected:
    void setHeading(const QString &title, const QString &subtitle = {});
    [[nodiscard]] QVBoxLayout &column() const { return *m_column; }
    [[nodiscard]] RoleLabel &subtitle() const { return *m_subtitle; }
    /// A label over a field, with the field as its buddy. `row`: what holds the field, if it does not stand
    /// alone.
    void addField(const QString &label, QWidget *field, QWidget *row = nullptr);

    Core &m_core;
    SetupDraft &m_draft;

private:
    RoleLabel *m_title;
    RoleLabel *m_subtitle;
    QVBoxLayout *m_column;
};

} // namespace keydesk
